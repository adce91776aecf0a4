"""The timeline as an inline SVG picture: a row a task, each status in colour and in words. Pure."""

from collections.abc import Iterator

from bot.export.characters import seconds
from bot.export.markup import Markup, element, joined, text
from bot.export.timeline import Band, Bar, Timeline

WIDTH = 960
AXIS_LEFT, AXIS_WIDTH = 270, 490
_WORDS_LEFT = AXIS_LEFT + AXIS_WIDTH + 12
_ROW, _BAND_HEAD, _TOP, _BOTTOM = 26, 24, 8, 30
_BAR = 14
_LEAST_BAR = 2.0  # a task of no length can still be seen and pointed at
_MOST_TITLE = 34  # characters that fit left of the axis
_MARK = "\u25c6"


def picture(timeline: Timeline) -> Markup:
    """Return the whole `<svg>`; what it shows is also in the table of the checks."""
    height = _TOP + sum(_BAND_HEAD + _ROW * len(band.bars) for band in timeline.bands) + _BOTTOM
    floor = height - _BOTTOM
    return element(
        "svg",
        element("title", text("Timeline of the checks"), id="timeline-title"),
        element("desc", text(_told(timeline)), id="timeline-told"),
        *_bands(timeline),
        *(_tick(moment, timeline.length_s, floor) for moment in timeline.ticks_s),
        _path(timeline),
        *(_row(bar, y) for bar, y in _rows(timeline)),
        role="img",
        aria_labelledby="timeline-title timeline-told",
        viewBox=f"0 0 {WIDTH} {height}",
    )


def _told(timeline: Timeline) -> str:
    bars = [bar for band in timeline.bands for bar in band.bars]
    begun = [bar for bar in bars if bar.left is not None]
    critical = sorted((bar for bar in begun if bar.is_critical), key=lambda bar: bar.left or 0.0)
    path = f" Critical path: {', then '.join(bar.title for bar in critical)}." if critical else ""
    return f"{len(begun)} of {len(bars)} checks began, within {seconds(timeline.length_s)}.{path}"


def _rows(timeline: Timeline) -> Iterator[tuple[Bar, int]]:
    """Yield each bar with the top of its row."""
    y = _TOP
    for band in timeline.bands:
        y += _BAND_HEAD
        for bar in band.bars:
            yield bar, y
            y += _ROW


def _bands(timeline: Timeline) -> Iterator[Markup]:
    y = _TOP
    for count, band in enumerate(timeline.bands):
        height = _BAND_HEAD + _ROW * len(band.bars)
        shade = "band even" if count % 2 else "band odd"
        yield element("rect", class_=shade, x="0", y=str(y), width=str(WIDTH), height=str(height))
        yield element("text", text(_band_name(band)), class_="phase", x="8", y=str(y + 17))
        y += height


def _band_name(band: Band) -> str:
    return "Not of any phase" if band.number is None else f"Phase {band.number}"


def _tick(moment_s: float, length_s: float, floor: int) -> Markup:
    x = f"{AXIS_LEFT + AXIS_WIDTH * moment_s / length_s:.1f}"
    return joined(
        element("line", class_="tick", x1=x, x2=x, y1=str(_TOP), y2=str(floor)),
        element("text", text(f"{moment_s:g} s"), class_="axis", x=x, y=str(floor + 18)),
    )


def _path(timeline: Timeline) -> Markup:
    """Return a line from the end of each task on the critical path to the begin of the next."""
    critical = sorted(
        ((bar.left, bar.width, y) for bar, y in _rows(timeline) if bar.is_critical and bar.left is not None),
        key=lambda placed: placed[0],
    )
    corners = [
        f"{AXIS_LEFT + AXIS_WIDTH * at:.1f},{y + _ROW // 2}"
        for left, width, y in critical
        for at in (left, left + (width or 0.0))
    ]
    return element("polyline", class_="path", points=" ".join(corners))


def _row(bar: Bar, y: int) -> Markup:
    status = str(bar.status).replace("_", " ")
    words = f"{status}, {seconds(bar.duration_s)}" if bar.left is not None else f"{status}, never begun"
    title = bar.title if len(bar.title) <= _MOST_TITLE else f"{bar.title[: _MOST_TITLE - 1]}…"
    marked = f"{_MARK} {title}" if bar.is_critical else title
    middle = str(y + _ROW // 2 + 5)
    told = f"{bar.title}: {words}" + (", on the critical path" if bar.is_critical else "")
    return element(
        "g",
        element("title", text(told)),
        element("text", text(marked), class_="name", x="8", y=middle),
        *((_bar(bar, bar.left, bar.width or 0.0, y),) if bar.left is not None else ()),
        element("text", text(words), class_="words", x=str(_WORDS_LEFT), y=middle),
    )


def _bar(bar: Bar, left: float, width: float, y: int) -> Markup:
    return element(
        "rect",
        class_=f"bar {bar.status}" + (" critical-path" if bar.is_critical else ""),
        x=f"{AXIS_LEFT + AXIS_WIDTH * left:.2f}",
        y=str(y + (_ROW - _BAR) // 2),
        width=f"{max(_LEAST_BAR, AXIS_WIDTH * width):.2f}",
        height=str(_BAR),
        rx="2",
    )
