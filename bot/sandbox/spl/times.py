"""Splunk's times, in UTC: relative modifiers such as -24h@h, and strftime with Splunk's own extras."""

import re
from datetime import UTC, datetime, timedelta

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_ALIASES = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
    "mon": ("mon", "month", "months"),
    "q": ("q", "qtr", "qtrs", "quarter", "quarters"),
    "y": ("y", "yr", "yrs", "year", "years"),
}
_UNITS = {name: unit for unit, names in _ALIASES.items() for name in names}
_MONTHS = {"mon": 1, "q": 3, "y": 12}
_STEP = re.compile(r"(?P<sign>[+-])(?P<amount>\d*)(?P<unit>[a-z]+)|@(?P<snap>w[0-7]|[a-z]+)", re.IGNORECASE)
_EPOCH = re.compile(r"\d+(\.\d+)?")
_FORMATS = ("%m/%d/%Y:%H:%M:%S", "%Y-%m-%d %H:%M:%S")
_SPAN = re.compile(r"(\d*)([a-z]+)")
_PRECISION = re.compile(r"%(\d)[NQ]")


def resolve(written: str, now: float) -> float:
    """Turn a time modifier, an epoch or an ISO stamp into epoch seconds; ValueError when it is none of them."""
    modifier = written.strip()
    if modifier in {"", "now", "now()"}:
        return now
    if _EPOCH.fullmatch(modifier):
        return float(modifier)
    if modifier[0] in "+-@":
        return _relative(modifier, now)
    return _absolute(modifier)


def _relative(modifier: str, now: float) -> float:
    moment, position = datetime.fromtimestamp(now, UTC), 0
    while position < len(modifier):
        step = _STEP.match(modifier, position)
        if step is None:
            raise ValueError(modifier)
        moment = _snap(moment, step["snap"].lower()) if step["snap"] else _shift(moment, step)
        position = step.end()
    return moment.timestamp()


def _shift(moment: datetime, step: re.Match[str]) -> datetime:
    unit = _UNITS.get(step["unit"].lower())
    if unit is None:
        raise ValueError(step[0])
    amount = int(step["amount"] or 1) * (-1 if step["sign"] == "-" else 1)
    if unit in _SECONDS:
        return moment + timedelta(seconds=amount * _SECONDS[unit])
    months = moment.year * 12 + moment.month - 1 + amount * _MONTHS[unit]
    return moment.replace(year=months // 12, month=months % 12 + 1, day=min(moment.day, 28))


def _snap(moment: datetime, unit: str) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if re.fullmatch(r"w[0-7]", unit):
        return midnight - timedelta(days=(moment.isoweekday() - int(unit[1])) % 7)
    snaps = {
        "s": moment.replace(microsecond=0),
        "m": moment.replace(second=0, microsecond=0),
        "h": moment.replace(minute=0, second=0, microsecond=0),
        "d": midnight,
        "w": midnight - timedelta(days=moment.isoweekday() % 7),
        "mon": midnight.replace(day=1),
        "q": midnight.replace(day=1, month=(moment.month - 1) // 3 * 3 + 1),
        "y": midnight.replace(day=1, month=1),
    }
    if unit not in _UNITS:
        raise ValueError(unit)
    return snaps[_UNITS[unit]]


def _absolute(stamp: str) -> float:
    for form in _FORMATS:
        try:
            return datetime.strptime(stamp, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    moment = datetime.fromisoformat(stamp)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def span_seconds(written: str) -> int:
    """Read a span such as 1h or 30s; ValueError when it is none."""
    match = _SPAN.fullmatch(written.strip().lower())
    if match is None or _UNITS.get(match[2]) not in _SECONDS:
        raise ValueError(written)
    return int(match[1] or 1) * _SECONDS[_UNITS[match[2]]]


def strftime(epoch: float, form: str) -> str:
    """Format as Splunk does, with %3N, %Q, %s, %z and %:z."""
    moment = datetime.fromtimestamp(epoch, UTC)
    micros = f"{moment.microsecond:06d}000"
    form = _PRECISION.sub(lambda match: micros[: int(match[1])], form)
    extras = {"%N": micros[:9], "%Q": micros[:3], "%L": micros[:3], "%s": str(int(epoch)), "%:z": "+00:00", "%+": "%c"}
    for written, becomes in extras.items():
        form = form.replace(written, becomes)
    return moment.strftime(form)


def strptime(stamp: str, form: str) -> float | None:
    """Read a stamp by Splunk's format; None when it does not fit."""
    if form == "%s":
        return float(stamp) if _EPOCH.fullmatch(stamp) else None
    python_form = re.sub(r"%(\d?N|\dQ|Q|L)", "%f", form).replace("%:z", "%z")
    python_form = python_form.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")
    try:
        moment = datetime.strptime(stamp, python_form)  # noqa: DTZ007 - a stamp without a zone is UTC here, next line
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def iso(epoch: float) -> str:
    """Write _time as results do."""
    return strftime(epoch, "%Y-%m-%dT%H:%M:%S.%Q%:z")
