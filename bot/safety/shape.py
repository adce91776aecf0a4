"""What one kind of secret looks like, and how it is masked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

MASK = "***"

EDGE = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"  # a word begins, also behind \n or %3D
WORD_BEGINS = r"(?:(?<![a-z])|(?<=\\[nrt]))"  # the same where a digit or _ may stand before the word


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of secret: a text that holds none of *signs* (in lower case) is not searched for *pattern* at all."""

    name: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str] = MASK

    def masked(self, text: str, folded: str) -> str:
        """Give *text* without such secrets; *folded* is the same text case-folded."""
        for sign in self.signs:
            if sign in folded:
                return self.pattern.sub(self.replacement, text)
        return text
