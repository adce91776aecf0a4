"""Pure: a person's text → what it names. What is not in the text is not invented."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.names import VisibleNames
from bot.domain.run import Parameters, Problem, Understood
from bot.engine.names_said import names_said
from bot.engine.times_said import TimeSaid, times_said
from bot.engine.unread import unread
from bot.safety.masking import mask
from bot.safety.privacy import SECRETS_ONLY, Privacy

MAX_CHARACTERS = 4000  # of a problem's text: more is cut, and said so
NO_NAMES = VisibleNames()


def read(
    text: str,
    now: float,
    time_zone: str = "UTC",
    visible: VisibleNames = NO_NAMES,
    privacy: Privacy = SECRETS_ONLY,
) -> Problem:
    """Mask and bound *text*, and take from it the index, sourcetype, host, source and time that it names.

    *now* is in epoch seconds; *time_zone* (an IANA name; UTC when unknown) is the person's, for "since 10:15";
    a bare word that is one of the *visible* names is taken for it.
    """
    shown = " ".join(mask(text[: 4 * MAX_CHARACTERS], privacy).split())
    if len(shown) > MAX_CHARACTERS:
        shown = f"{shown[:MAX_CHARACTERS]}… {len(text) - MAX_CHARACTERS} more characters were left out"
    understood = (*_names(shown, visible), *_times(shown, now, _zone(time_zone)))
    return Problem(
        text=shown,
        parameters=Parameters.model_validate({one.name: one.value for one in understood}),
        understood=understood,
        unread=unread(shown, understood),
    )


def subject(problem: Problem) -> str:
    """Return the text without the values that it names: what is left says what is wrong."""
    text = problem.text
    for one in problem.understood:
        text = text.replace(one.said, f" {_stands_for(one, text)} ", 1)
    return text


def _stands_for(one: Understood, text: str) -> str:
    """Return the word that the selector sees instead: "events from 60 days ago" tells how old they are."""
    if one.name not in {"earliest", "latest"}:
        return one.name
    before = text.partition(one.said)[0].split()[-1:]
    return "old" if one.said.endswith("ago") and before in (["from"], ["of"]) else ""


def _names(text: str, visible: VisibleNames) -> Iterator[Understood]:
    for kind, name in names_said(text, visible).items():
        fields = {"name": kind, "value": name.value, "said": name.said, "how": name.how}
        yield Understood.model_validate({**fields, "shown": f"{kind}={name.value}"})


def _times(text: str, now: float, zone: ZoneInfo) -> Iterator[Understood]:
    said = times_said(text, now, zone)
    here = datetime.fromtimestamp(now, zone)
    if said.earliest:
        shown = f"since {_shown(said.earliest, here)}"
        yield Understood(
            name="earliest", value=_value(said.earliest), said=said.earliest.said, how="typed", shown=shown
        )
    if said.latest:
        shown = f"until {_shown(said.latest, here)}"
        yield Understood(name="latest", value=_value(said.latest), said=said.latest.said, how="typed", shown=shown)


def _value(time: TimeSaid) -> str:
    """Return what Splunk gets."""
    return time.modifier or time.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _shown(time: TimeSaid, here: datetime) -> str:
    """Return the time on the person's own clock, with the day when that is not today."""
    at = time.at.astimezone(here.tzinfo)
    day = "" if at.date() == here.date() else f"{at:%Y-%m-%d} "
    seconds = f":{at:%S}" if at.second else ""
    zone = at.tzname() or ""
    return f"{day}{at:%H:%M}{seconds} {'UTC' if zone[:1] in '+-' else ''}{zone}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
