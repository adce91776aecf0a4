"""What a terminal that knows only ASCII is shown in place of our signs."""

import codecs

NAME = "in plain signs"  # of the error handler for sys.stdout and sys.stderr
_SIGNS = {
    **dict.fromkeys("✔✅", "[ok]"),
    **dict.fromkeys("✖🔴", "[BAD]"),
    **dict.fromkeys("▲🟠", "[warning]"),
    **dict.fromkeys("○⚪", "[open]"),
    "◷": "[too late]",
    "🔵": "[running]",
    **dict.fromkeys("═─━", "="),
    **dict.fromkeys("\u2013\u2014", "-"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("\u2018\u2019", "'"),
    "·": "|",
    "•": "*",
    "…": "...",
    "↳": ">",
    "→": "->",
    "├": "|",
    "└": "`",
    "│": "|",
}


def register() -> None:
    """Make NAME known to Python's codecs."""
    codecs.register_error(NAME, _in_plain_signs)


def _in_plain_signs(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unknown = error.object[error.start : error.end]
    said = (_SIGNS.get(each) or each.encode("ascii", "backslashreplace").decode() for each in unknown)
    return "".join(said), error.end
