"""What a task had of MCP servers. It is context for its model, and proves nothing."""

import re
from dataclasses import dataclass, field

from bot.safety.statements import words_of

_WORD = re.compile(r"[^\W\d_]{4,}")  # names with digits or signs in them are held against rows anyway


@dataclass(frozen=True, slots=True)
class Lent:
    """Who did not answer, a sentence each, and what was answered."""

    missed: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def words(self, asked: str) -> frozenset[str]:
        """Return the plain words that were heard, in lower case, but for those of *asked*, the problem's text.

        A claim that uses one must show it in a row that it cites, as if it were a name: else what only a tool said
        would pass as shown by any row that the claim cites.
        """
        return frozenset(word for text in self.heard for word in _WORD.findall(text.lower())) - words_of(asked)
