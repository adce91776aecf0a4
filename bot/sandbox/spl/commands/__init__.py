"""Every search command the sandbox knows: those that begin a search, and those that take rows."""

from bot.sandbox.spl.commands import (
    catalog,
    combine,
    evaluate,
    fields,
    generate,
    order,
    rest,
    shape,
    statistics,
    tstats,
)
from bot.sandbox.spl.syntax import CommandParser

GENERATORS: dict[str, CommandParser] = {
    **catalog.GENERATORS,
    **generate.GENERATORS,
    **rest.GENERATORS,
    **tstats.GENERATORS,
}
COMMANDS: dict[str, CommandParser] = {
    **combine.COMMANDS,
    **evaluate.COMMANDS,
    **fields.COMMANDS,
    **generate.COMMANDS,
    **order.COMMANDS,
    **shape.COMMANDS,
    **statistics.COMMANDS,
}
