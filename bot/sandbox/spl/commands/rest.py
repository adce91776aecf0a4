"""The rest command: a REST endpoint of one or all servers, as rows."""

from bot.sandbox.spl.context import Context, Rows, Step
from bot.sandbox.spl.errors import command_error
from bot.sandbox.spl.syntax import CommandParser, Parsing, options_and_words, whole_number

_ARGUMENTS = ("splunk_server", "splunk_server_group", "count", "timeout", "strict", "f", "search", "datatype",
              "add_orphan_field", "sort_key", "sort_dir", "output_mode")  # fmt: skip


def _parse_rest(arguments: str, _parsing: Parsing) -> Step:
    options, others = options_and_words(arguments, *_ARGUMENTS)
    if len(others) != 1 or not others[0].startswith("/"):
        raise command_error("rest", "Must specify a valid REST endpoint URI.")
    count = whole_number(options.get("count", "0"), "rest", "count")
    path, server = others[0], options.get("splunk_server", "*")

    def run(_rows: Rows, context: Context) -> Rows:
        rows, messages = context.deployment.rest(path, server)
        for message in messages:
            context.say(message.type, message.text)
        return iter(rows[:count] if count else rows)

    return run


GENERATORS: dict[str, CommandParser] = {"rest": _parse_rest}
