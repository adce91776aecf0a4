"""Every search command the sandbox knows: those that begin a search, and those that take rows."""

from bot.sandbox.spl.commands import combine, evaluate, fields, generate, order, rest, statistics, tstats
from bot.sandbox.spl.syntax import CommandParser

GENERATORS: dict[str, CommandParser] = {**generate.GENERATORS, **rest.GENERATORS, **tstats.GENERATORS}
COMMANDS: dict[str, CommandParser] = {
    **combine.COMMANDS,
    **evaluate.COMMANDS,
    **fields.COMMANDS,
    **generate.COMMANDS,
    **order.COMMANDS,
    **statistics.COMMANDS,
}
