"""A document without a format: sections of paragraphs, lists, facts, tables and code, each text as it was said."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """An address under a name of ours. Whether it may be followed is the renderer's to judge."""

    label: str
    url: str


Text = str | Link


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One sentence or several."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, with what belongs under it."""

    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, numbered where its order says something."""

    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what is true of each."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; each row has a cell for each column. *data* says that the cells are Splunk's, not ours."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    data: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be copied as they are."""

    text: str
    language: str


Block = Paragraph | Bullets | Facts | Table | Code


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is under it; *parts* are one level deeper."""

    title: str
    blocks: tuple[Block, ...]
    parts: tuple["Section", ...] = ()
    key: str = ""  # unique in its document where something refers to it
