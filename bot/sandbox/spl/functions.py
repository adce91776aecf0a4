"""The functions of eval, by name, with how many arguments each takes."""

import ipaddress
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.spl import times
from bot.sandbox.spl.errors import SplError
from bot.sandbox.spl.operators import COMPARISONS, truth
from bot.sandbox.spl.values import Number, Rounded, Row, Scalar, number, sort_key, text

Expression = Callable[[Row], Scalar]
MANY = 99


@dataclass(frozen=True, slots=True)
class Call:
    """A function that wants all its arguments evaluated."""

    run: Callable[..., Scalar]
    fewest: int
    most: int


def pattern(written: str) -> re.Pattern[str]:
    """Compile a PCRE-style pattern; Splunk's named groups lack Python's P."""
    try:
        return re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", written))
    except re.error as error:
        raise SplError(f"Error compiling regex '{written}': {error}.") from error


def _strings(run: Callable[..., Scalar]) -> Callable[..., Scalar]:
    """Null in, null out, and text for the rest."""

    def apply(*arguments: Scalar) -> Scalar:
        if any(argument is None for argument in arguments):
            return None
        return run(*[text(argument) for argument in arguments])

    return apply


def _numbers(run: Callable[..., Scalar]) -> Callable[..., Scalar]:
    def apply(*arguments: Scalar) -> Scalar:
        read = [number(argument) for argument in arguments]
        if any(each is None for each in read):
            return None
        try:
            return run(*read)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None

    return apply


def _round(value: Number, decimals: Number = 0) -> Scalar:
    """Round half away from zero, and keep the asked decimals in text."""
    scale = 10 ** int(decimals)
    rounded = math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9) / scale, value)
    return Rounded(rounded + 0.0, int(decimals)) if decimals > 0 else int(rounded)


def _substr(value: str, start: str, length: str | None = None) -> Scalar:
    """Count from 1, or from the end when negative."""
    at = int(float(start))
    begin = at - 1 if at > 0 else max(len(value) + at, 0)
    return value[begin:] if length is None else value[begin : begin + int(float(length))]


def _replace(value: str, regex: str, by: str) -> Scalar:
    return pattern(regex).sub(re.sub(r"\$(\d)", r"\\\1", by), value)


def _like(value: str, written: str) -> Scalar:
    regex = re.escape(written).replace("%", ".*").replace("_", ".")
    return re.fullmatch(regex, value, re.DOTALL) is not None


def _cidrmatch(network: str, address: str) -> Scalar:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _many(value: Scalar) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [text(value)]


def _mvindex(value: Scalar, start: Scalar, end: Scalar = None) -> Scalar:
    items, first, last = _many(value), number(start), number(end)
    if first is None or not items:
        return None
    begin = int(first) + (len(items) if first < 0 else 0)
    stop = begin if last is None else int(last) + (len(items) if last < 0 else 0)
    return items[max(begin, 0) : stop + 1] or None


def _mvcount(value: Scalar) -> Scalar:
    return len(_many(value)) or None


def _tostring(value: Scalar, form: Scalar = None) -> Scalar:
    found = number(value)
    if found is None or form is None:
        return None if value is None else text(value)
    if form == "commas":
        return f"{found:,.2f}".removesuffix(".00")
    if form == "hex":
        return f"0x{int(found):X}"
    days, rest = divmod(int(found), 86400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{days}+{clock}" if days else clock


def _tonumber(value: Scalar, base: Scalar = 10) -> Scalar:
    if value is None or base == 10:
        return number(value)
    try:
        return int(text(value), int(number(base) or 10))
    except ValueError:
        return None


def _extreme(pick: Callable[..., str]) -> Callable[..., Scalar]:
    def apply(*arguments: Scalar) -> Scalar:
        given = [each for argument in arguments for each in _many(argument)]
        return pick(given, key=sort_key) if given else None

    return apply


def _in(value: Scalar, *options: Scalar) -> Scalar:
    return None if value is None else any(COMPARISONS["="](value, option) for option in options)


def _strftime(value: Scalar, form: Scalar) -> Scalar:
    found = number(value)
    return None if found is None or form is None else times.strftime(found, text(form))


def _split(value: str, by: str) -> Scalar:
    return value.split(by) if by else list(value)


CALLS: dict[str, Call] = {
    "abs": Call(_numbers(abs), 1, 1),
    "ceiling": Call(_numbers(math.ceil), 1, 1),
    "ceil": Call(_numbers(math.ceil), 1, 1),
    "cidrmatch": Call(_strings(_cidrmatch), 2, 2),
    "exp": Call(_numbers(math.exp), 1, 1),
    "false": Call(lambda: False, 0, 0),
    "floor": Call(_numbers(math.floor), 1, 1),
    "in": Call(_in, 2, MANY),
    "isnotnull": Call(lambda value: value is not None, 1, 1),
    "isnull": Call(lambda value: value is None, 1, 1),
    "isnum": Call(lambda value: number(value) is not None, 1, 1),
    "isstr": Call(lambda value: isinstance(value, str) and number(value) is None, 1, 1),
    "len": Call(_strings(len), 1, 1),
    "like": Call(_strings(_like), 2, 2),
    "ln": Call(_numbers(math.log), 1, 1),
    "log": Call(_numbers(lambda value, base=10: math.log(value, base)), 1, 2),
    "lower": Call(_strings(str.lower), 1, 1),
    "ltrim": Call(_strings(str.lstrip), 1, 2),
    "match": Call(_strings(lambda value, regex: pattern(regex).search(value) is not None), 2, 2),
    "max": Call(_extreme(max), 1, MANY),
    "min": Call(_extreme(min), 1, MANY),
    "mvappend": Call(lambda *given: [each for value in given for each in _many(value)] or None, 1, MANY),
    "mvcount": Call(_mvcount, 1, 1),
    "mvdedup": Call(lambda value: list(dict.fromkeys(_many(value))) or None, 1, 1),
    "mvindex": Call(_mvindex, 2, 3),
    "mvjoin": Call(lambda value, by: None if value is None else text(by).join(_many(value)), 2, 2),
    "mvsort": Call(lambda value: sorted(_many(value)) or None, 1, 1),
    "null": Call(lambda: None, 0, 0),
    "pow": Call(_numbers(pow), 2, 2),
    "replace": Call(_strings(_replace), 3, 3),
    "round": Call(_numbers(_round), 1, 2),
    "rtrim": Call(_strings(str.rstrip), 1, 2),
    "split": Call(_strings(_split), 2, 2),
    "sqrt": Call(_numbers(math.sqrt), 1, 1),
    "strftime": Call(_strftime, 2, 2),
    "strptime": Call(_strings(times.strptime), 2, 2),
    "substr": Call(_strings(_substr), 2, 3),
    "tonumber": Call(_tonumber, 1, 2),
    "tostring": Call(_tostring, 1, 2),
    "trim": Call(_strings(str.strip), 1, 2),
    "true": Call(lambda: True, 0, 0),
    "upper": Call(_strings(str.upper), 1, 1),
}


def _if(arguments: Sequence[Expression], _now: float) -> Expression:
    if len(arguments) != 3:
        raise SplError("Error in 'eval' command: The arguments to the 'if' function are invalid.")
    condition, then, otherwise = arguments
    return lambda row: then(row) if truth(condition(row)) else otherwise(row)


def _case(arguments: Sequence[Expression], _now: float) -> Expression:
    if not arguments or len(arguments) % 2:
        raise SplError("Error in 'eval' command: The arguments to the 'case' function are invalid.")
    pairs = list(zip(arguments[::2], arguments[1::2], strict=True))
    return lambda row: next((result(row) for condition, result in pairs if truth(condition(row))), None)


def _coalesce(arguments: Sequence[Expression], _now: float) -> Expression:
    return lambda row: next((value for each in arguments if (value := each(row)) is not None), None)


def _nullif(arguments: Sequence[Expression], _now: float) -> Expression:
    if len(arguments) != 2:
        raise SplError("Error in 'eval' command: The arguments to the 'nullif' function are invalid.")
    left, right = arguments
    return lambda row: None if COMPARISONS["="](left(row), right(row)) else left(row)


def _relative_time(arguments: Sequence[Expression], _now: float) -> Expression:
    if len(arguments) != 2:
        raise SplError("Error in 'eval' command: The arguments to the 'relative_time' function are invalid.")

    def shifted(row: Row) -> Scalar:
        start, modifier = number(arguments[0](row)), arguments[1](row)
        try:
            return None if start is None or modifier is None else times.resolve(text(modifier), start)
        except ValueError:
            return None

    return shifted


LAZY_CALLS: dict[str, Callable[[Sequence[Expression], float], Expression]] = {
    "if": _if,
    "case": _case,
    "coalesce": _coalesce,
    "nullif": _nullif,
    "relative_time": _relative_time,
    "time": lambda _arguments, now: lambda _row: now,
}
