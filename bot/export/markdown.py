"""A run as Markdown (GitHub's dialect) for a support case. Pure.

Everything that is said is escaped, so that data can neither format nor link nor leave its cell. A bare address may
still be made a link by a renderer, under its own name. Sources: spec.commonmark.org/0.31.2, github.github.com/gfm.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

from bot.domain.run import Run
from bot.export.addresses import followable
from bot.export.document import Block, Bullets, Code, Facts, Item, Link, Paragraph, Section, Table, Text
from bot.export.packet import head, sections
from bot.export.redaction import masked
from bot.safety.hidden import on_one_line, visible

_CITATION = r"\[E\d+(?:, E\d+)*\](?![(\[:])"  # of no link: nothing in this document defines one
_MARKUP = re.compile(rf"({_CITATION})|[\\*\[\]<>~`$&]")
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # between letters it formats nothing: splunk_server
_OPENER = re.compile(r"^(\d{0,9})([.)](?=\s|$)|[-+](?![\w.])|[=#])")  # would begin a list, a heading or a rule
_LINE_MARK = "\u21b5"  # a table's row is one line
_BACKTICKS = re.compile(r"`+")
_URL_SAFE = "!#$%&'()*+,/:;=?@~-._"


def as_markdown(run: Run) -> str:
    """Return the whole run as a support packet's Markdown, its texts masked once more."""
    run = masked(run)
    parts = [f"# {_escaped(run.title)}", _block(head(run)), *(_section(section, 2) for section in sections(run))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section, level: int) -> str:
    heading = f"{'#' * level} {_escaped(section.title)}"
    return "\n\n".join([heading, *map(_block, section.blocks), *(_section(part, level + 1) for part in section.parts)])


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _escaped(text)
        case Bullets(items, numbered):
            return "\n".join(_item(item, f"{number}." if numbered else "-") for number, item in enumerate(items, 1))
        case Facts(pairs):
            return "\n".join(f"- **{_escaped(name)}:** {_text(value)}" for name, value in pairs)
        case Table():
            return _table(block)
        case Code(text, language):
            return _fenced(text, language)


def _item(item: Item, mark: str) -> str:
    indent = " " * (len(mark) + 1)
    return "\n".join([f"{mark} {_escaped(item.text)}", *(f"{indent}- {_escaped(detail)}" for detail in item.details)])


def _text(value: Text) -> str:
    if not isinstance(value, Link):
        return _escaped(value)
    if followable(value.url):
        return f"[{_escaped(value.label)}](<{quote(value.url, safe=_URL_SAFE)}>)"
    return _escaped(f"{value.label} (no web address: {value.url})")


def _table(table: Table) -> str:
    first, *others = (_row(map(_cell, cells)) for cells in (table.columns, *table.rows))
    return "\n".join([first, _row("---" for _ in table.columns), *others])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return _escaped(visible(text).strip().replace("\n", f" {_LINE_MARK} "))


def _escaped(text: str) -> str:
    r"""Return *text* on one line, meaning itself anywhere. A pipe becomes an entity: renderers differ on \|."""
    line = _MARKUP.sub(lambda found: found[1] or f"\\{found[0]}", on_one_line(text))
    line = _EDGE_UNDERSCORE.sub(r"\\_", line)
    line = _OPENER.sub(r"\1\\\2", line)
    return line.replace("|", "&#124;")


def _fenced(text: str, language: str) -> str:
    """Return *text* in a fence that is longer than any in it."""
    shown = visible(text)
    longest = max(map(len, _BACKTICKS.findall(shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"
