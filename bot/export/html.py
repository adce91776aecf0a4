"""A run as one HTML page that opens without a network: no script, its style inline, everything said escaped. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.domain.run import Run
from bot.export.addresses import followable
from bot.export.critical_path import critical_path
from bot.export.document import Block, Bullets, Code, Facts, Item, Link, Paragraph, Section, Table, Text
from bot.export.markup import Markup, element, joined, text
from bot.export.packet import CHECKS, head, sections
from bot.export.page_style import STYLE
from bot.export.redaction import masked
from bot.export.timeline import lay_out
from bot.export.timeline_svg import picture

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CITATION = re.compile(r"(?<=[\[ ])(E\d+)(?=(?:, E\d+)*\])")

Say = Callable[[str], Markup]


def as_html(run: Run, needs: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return the whole run as a page, its texts masked once more; *needs* are the workflow's, for the critical path."""
    run = masked(run)
    shown = sections(run)
    say = _saying(frozenset(part.key for section in shown for part in section.parts))
    header = element(
        "header",
        element("h1", text(run.title)),
        element("p", text(run.report.severity.upper()), class_=f"badge {run.report.severity}"),
        _block(head(run), say),
    )
    body = [header, _contents(shown), *(_section(section, 2, say, _figure(run, section, needs)) for section in shown)]
    page = element("html", _head(run), element("body", element("main", joined(*body))), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _head(run: Run) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name_="color-scheme", content="light dark"),
        element("meta", name_="referrer", content="no-referrer"),
        element("title", text(f"{run.title}: run {run.id}")),
        element("style", Markup(STYLE)),
    )


def _saying(keys: frozenset[str]) -> Say:
    """Return what escapes a text and makes each citation in it a link to its evidence, where there is such."""

    def say(value: str) -> Markup:
        pieces = _CITATION.split(value)
        return Markup(
            "".join(_reference(piece) if n % 2 and piece in keys else text(piece) for n, piece in enumerate(pieces))
        )

    return say


def _reference(key: str) -> Markup:
    return element("a", text(key), href=f"#{key}")


def _contents(shown: Sequence[Section]) -> Markup:
    items = (element("li", element("a", text(section.title), href=f"#{_slug(section)}")) for section in shown)
    return element("nav", element("ul", *items), aria_label="Contents")


def _slug(section: Section) -> str:
    return section.key or re.sub(r"[^a-z]+", "-", section.title.lower()).strip("-")


def _section(section: Section, level: int, say: Say, figure: Sequence[Markup] = ()) -> Markup:
    return element(
        "section",
        element(f"h{level}", text(section.title)),
        *figure,
        *(_block(block, say) for block in section.blocks),
        *(_section(part, level + 1, say) for part in section.parts),
        id=_slug(section),
    )


def _figure(run: Run, section: Section, needs: Mapping[str, Sequence[str]] | None) -> tuple[Markup, ...]:
    """Return the timeline for the section of the checks."""
    if section.key != CHECKS or not run.results:
        return ()
    how = "by what each check waited for" if needs is not None else "as the times suggest"
    caption = f"◆ marks the critical path, the checks that the run's length hung on, {how}."
    drawing = element(
        "div",
        picture(lay_out(run, critical_path(run, needs))),
        class_="wide",
        tabindex="0",
        role="group",
        aria_label="Timeline of the checks",
    )
    return (element("figure", drawing, element("figcaption", text(caption))),)


def _block(block: Block, say: Say) -> Markup:
    match block:
        case Paragraph(words):
            return element("p", say(words))
        case Bullets(items, numbered):
            return element("ol" if numbered else "ul", *(_item(item, say) for item in items))
        case Facts(pairs):
            return element("dl", *(_fact(name, value) for name, value in pairs))
        case Table():
            return _table(block, text if block.data else say)
        case Code(words):
            return element("pre", element("code", text(words)), tabindex="0")


def _item(item: Item, say: Say) -> Markup:
    return element("li", say(item.text), *(element("p", say(detail), class_="detail") for detail in item.details))


def _fact(name: str, value: Text) -> Markup:
    return element("div", element("dt", text(name)), element("dd", _value(value)))


def _value(value: Text) -> Markup:
    if not isinstance(value, Link):
        return text(value)
    if followable(value.url):
        return element("a", text(value.label), href=value.url, rel="noreferrer noopener")
    return text(f"{value.label} (no web address: {value.url})")


def _table(table: Table, say: Say) -> Markup:
    columns = (element("th", text(column), scope="col") for column in table.columns)
    rows = (element("tr", *(element("td", say(cell)) for cell in cells)) for cells in table.rows)
    whole = element("table", element("thead", element("tr", *columns)), element("tbody", *rows))
    return element("div", whole, class_="wide", tabindex="0", role="group", aria_label=table.name)
