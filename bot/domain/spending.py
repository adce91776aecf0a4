"""What language models may cost, and what they did cost."""

from bot.domain.frozen import Frozen


class Spent(Frozen):
    """What a model, or all of them, took."""

    tokens: int = 0
    model_calls: int = 0
    searches: int = 0  # that the model asked for itself
    seconds: float = 0  # that models took to answer

    def __add__(self, more: "Spent") -> "Spent":
        """Return both together."""
        return Spent(
            tokens=self.tokens + more.tokens,
            model_calls=self.model_calls + more.model_calls,
            searches=self.searches + more.searches,
            seconds=self.seconds + more.seconds,
        )

    def at_least(self, known: "Spent") -> "Spent":
        """Return of each the larger: *known* is a part of the same."""
        return Spent(
            tokens=max(self.tokens, known.tokens),
            model_calls=max(self.model_calls, known.model_calls),
            searches=max(self.searches, known.searches),
            seconds=max(self.seconds, known.seconds),
        )


class Budget(Frozen):
    """How much may be spent; None does not bound."""

    tokens: int | None = None
    model_calls: int | None = None
    searches: int | None = None
    seconds: float | None = None

    @property
    def bounds(self) -> bool:
        """Whether it bounds anything."""
        return self != Budget()

    def reached(self, spent: Spent, *, searching: bool = False) -> str | None:
        """Say which bound *spent* has reached: "200,000 tokens". The one on searches counts for who is *searching*."""
        if self.tokens is not None and spent.tokens >= self.tokens:
            return _counted(self.tokens, "token")
        if self.model_calls is not None and spent.model_calls >= self.model_calls:
            return _counted(self.model_calls, "model call")
        if self.seconds is not None and spent.seconds >= self.seconds:
            return f"{self.seconds:g} s of a model's time"
        if searching and self.searches is not None and spent.searches >= self.searches:
            return f"{self.searches:,} of a model's searches"
        return None


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class Cost(Frozen):
    """An amount of money."""

    amount: float
    currency: str

    def __str__(self) -> str:
        """Say it with two digits that matter: "0.012 USD"."""
        shown = f"{self.amount:.2f}" if self.amount >= 1 or not self.amount else f"{self.amount:.2g}"
        return f"{shown} {self.currency}"


class Price(Frozen):
    """What the settings say that a million tokens cost. Nobody else knows, and nothing is guessed."""

    of_input: float
    of_output: float
    currency: str = "USD"

    def of(self, input_tokens: int, output_tokens: int) -> Cost:
        """Return what a call cost."""
        amount = (input_tokens * self.of_input + output_tokens * self.of_output) / 1_000_000
        return Cost(amount=amount, currency=self.currency)
