"""The operators of eval: null in, null out; numbers when both sides read as numbers, else text."""

import operator
from collections.abc import Callable

from bot.sandbox.spl.values import Number, Scalar, number, text


def truth(value: Scalar) -> bool | None:
    """Take a value as a condition: null stays null, and only true is true."""
    if value is None or isinstance(value, bool):
        return value
    found = number(value)
    return found != 0 if found is not None else str(value).lower() in {"true", "t"}


def _arithmetic(operate: Callable[[Number, Number], Number]) -> Callable[[Scalar, Scalar], Scalar]:
    def apply(left: Scalar, right: Scalar) -> Scalar:
        first, second = number(left), number(right)
        if first is None or second is None:
            return None
        try:
            return _tidy(operate(first, second), first)
        except (ZeroDivisionError, OverflowError):
            return None

    return apply


def _tidy(result: Number, first: Number) -> Number:
    """Cut what a float shows of an epoch beyond its microseconds, which is noise."""
    return round(result, 6) if isinstance(result, float) and abs(first) > 1e6 else result


_add_numbers = _arithmetic(operator.add)


def _add(left: Scalar, right: Scalar) -> Scalar:
    """Add numbers; + between two texts joins them, as Splunk does."""
    texts = isinstance(left, str) and isinstance(right, str)
    if texts and (number(left) is None or number(right) is None):
        return f"{left}{right}"
    return _add_numbers(left, right)


def _divide(left: Number, right: Number) -> Number:
    quotient = left / right
    return int(quotient) if quotient.is_integer() else quotient


ARITHMETIC: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "+": _add,
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "/": _arithmetic(_divide),
    "%": _arithmetic(operator.mod),
}


def concatenate(left: Scalar, right: Scalar) -> Scalar:
    if left is None or right is None:
        return None
    return text(left) + text(right)


def _comparison(compare: Callable[[object, object], bool]) -> Callable[[Scalar, Scalar], Scalar]:
    def apply(left: Scalar, right: Scalar) -> Scalar:
        if left is None or right is None:
            return None
        if isinstance(left, list):
            return any(apply(each, right) for each in left)
        if isinstance(right, list):
            return any(apply(left, each) for each in right)
        first, second = number(left), number(right)
        if first is not None and second is not None:
            return compare(first, second)
        return compare(text(left), text(right))

    return apply


COMPARISONS: dict[str, Callable[[Scalar, Scalar], Scalar]] = {
    "=": _comparison(operator.eq),
    "==": _comparison(operator.eq),
    "!=": _comparison(operator.ne),
    "<": _comparison(operator.lt),  # type: ignore[arg-type]  # both sides are of one kind by then
    ">": _comparison(operator.gt),  # type: ignore[arg-type]
    "<=": _comparison(operator.le),  # type: ignore[arg-type]
    ">=": _comparison(operator.ge),  # type: ignore[arg-type]
}
