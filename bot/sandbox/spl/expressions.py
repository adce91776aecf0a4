"""The expression language of eval and where, parsed into functions over a row.

Splunk's order of operators in eval: NOT binds first, then AND, then OR (in `search` it is OR before AND).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.spl.errors import SplError
from bot.sandbox.spl.functions import CALLS, LAZY_CALLS, Expression
from bot.sandbox.spl.operators import ARITHMETIC, COMPARISONS, concatenate, truth
from bot.sandbox.spl.values import Row, Scalar

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<field>'[^']*')
    | (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
    | (?P<name>[A-Za-z_][\w:@{}]*)
    | (?P<op><=|>=|!=|==|[-+*/%.<>=!(),])
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    def says(self, *words: str) -> bool:
        return self.kind in {"op", "name"} and self.text.upper() in words


def parse_expression(written: str, now: float, command: str = "eval") -> Expression:
    """Parse one whole expression; SplError when anything is left over or malformed."""
    parser = _Parser(_tokens(written, command), now, command)
    expression = parser.disjunction()
    if parser.peek().kind != "end":
        raise malformed(command)
    return expression


def malformed(command: str) -> SplError:
    return SplError(f"Error in '{command}' command: The expression is malformed.")


def _tokens(written: str, command: str) -> list[_Token]:
    tokens, position, end = [], 0, len(written.rstrip())
    while position < end:
        match = _TOKEN.match(written, position)
        if match is None or match.lastgroup is None:
            raise malformed(command)
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent, one method per level of binding."""

    def __init__(self, tokens: Sequence[_Token], now: float, command: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._now = now
        self._command = command

    def peek(self, ahead: int = 0) -> _Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else _Token("end", "")

    def _take(self, *words: str) -> str | None:
        if self.peek().says(*words):
            self._at += 1
            return self._tokens[self._at - 1].text.upper()
        return None

    def _expect(self, word: str) -> None:
        if self._take(word) is None:
            raise malformed(self._command)

    def disjunction(self) -> Expression:
        left = self._conjunction()
        while word := self._take("OR", "XOR"):
            left = _either(left, self._conjunction(), exclusive=word == "XOR")
        return left

    def _conjunction(self) -> Expression:
        left = self._negation()
        while self._take("AND"):
            left = _both(left, self._negation())
        return left

    def _negation(self) -> Expression:
        if self._take("NOT", "!"):
            inner = self._negation()
            return lambda row: _not(truth(inner(row)))
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._concatenation()
        if operator := self._take("=", "==", "!=", "<", ">", "<=", ">="):
            return _apply(COMPARISONS[operator], left, self._concatenation())
        if self._take("LIKE"):
            return _call(CALLS["like"].run, [left, self._concatenation()])
        negated = self.peek().says("NOT") and self.peek(1).says("IN")
        if negated or self.peek().says("IN"):
            self._at += 2 if negated else 1
            inside = _call(CALLS["in"].run, [left, *self._arguments()])
            return (lambda row: _not(truth(inside(row)))) if negated else inside
        return left

    def _concatenation(self) -> Expression:
        left = self._sum()
        while self._take("."):
            left = _apply(concatenate, left, self._sum())
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while operator := self._take("+", "-"):
            left = _apply(ARITHMETIC[operator], left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._unary()
        while operator := self._take("*", "/", "%"):
            left = _apply(ARITHMETIC[operator], left, self._unary())
        return left

    def _unary(self) -> Expression:
        if self._take("-"):
            inner = self._unary()
            return lambda row: ARITHMETIC["-"](0, inner(row))
        self._take("+")
        return self._primary()

    def _primary(self) -> Expression:
        token = self.peek()
        if token.says("("):
            self._at += 1
            inner = self.disjunction()
            self._expect(")")
            return inner
        if token.kind in {"op", "end"}:
            raise malformed(self._command)
        self._at += 1
        if token.kind == "name" and self.peek().says("("):
            return self._function(token.text)
        return _literal(token)

    def _arguments(self) -> list[Expression]:
        self._expect("(")
        arguments: list[Expression] = []
        while self._take(")") is None:
            if arguments:
                self._expect(",")
            arguments.append(self.disjunction())
        return arguments

    def _function(self, name: str) -> Expression:
        arguments, lower = self._arguments(), name.lower()
        if lower == "now" and not arguments:
            return lambda _row: int(self._now)
        if lower in LAZY_CALLS:
            return LAZY_CALLS[lower](arguments, self._now)
        call = CALLS.get(lower)
        if call is None:
            raise SplError(f"Error in '{self._command}' command: The '{name}' function is unsupported or undefined.")
        if not call.fewest <= len(arguments) <= call.most:
            raise SplError(f"Error in '{self._command}' command: The arguments to the '{lower}' function are invalid.")
        return _call(call.run, arguments)


def _literal(token: _Token) -> Expression:
    if token.kind == "text":
        quoted = _ESCAPE.sub(r"\1", token.text[1:-1])
        return lambda _row: quoted
    if token.kind == "number":
        written = float(token.text) if not token.text.isdigit() else int(token.text)
        return lambda _row: written
    name = token.text[1:-1] if token.kind == "field" else token.text
    return lambda row: row.get(name)


def _call(run: Callable[..., Scalar], arguments: list[Expression]) -> Expression:
    return lambda row: run(*[argument(row) for argument in arguments])


def _apply(operate: Callable[[Scalar, Scalar], Scalar], left: Expression, right: Expression) -> Expression:
    return lambda row: operate(left(row), right(row))


def _not(value: bool | None) -> bool | None:  # noqa: FBT001 - three-valued logic: the argument is the value itself
    return None if value is None else not value


def _both(left: Expression, right: Expression) -> Expression:
    def conjunction(row: Row) -> Scalar:
        first = truth(left(row))
        if first is False:
            return False
        second = truth(right(row))
        return False if second is False else (None if first is None or second is None else True)

    return conjunction


def _either(left: Expression, right: Expression, *, exclusive: bool) -> Expression:
    def disjunction(row: Row) -> Scalar:
        first, second = truth(left(row)), truth(right(row))
        if exclusive:
            return None if first is None or second is None else first != second
        if first or second:
            return True
        return None if first is None or second is None else False

    return disjunction
