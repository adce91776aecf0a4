"""What a run took, as a report's footer says it. Pure."""

from bot.domain.evidence import MODEL_SEARCH
from bot.domain.run import Run, Usage
from bot.domain.spending import Cost
from bot.summary.words import counted


def spent(run: Run) -> tuple[str, ...]:
    """Return "12 searches (3 by a model)", "4 model calls", "18 k tokens" and, by the settings' prices, the cost."""
    own = sum(entry.probe == MODEL_SEARCH for entry in run.evidence)
    searches = searched(run.usage.searches) + (f" ({own:,} by a model)" if own else "")
    if not run.usage.model_calls:
        return searches, "no model used"
    told = (searches, *asked(run.usage))
    total = cost(run)
    return (*told, str(total)) if total else told


def cost(run: Run) -> Cost | None:
    """Return what all calls to models cost; None when one of them has no price, or another currency."""
    costs = [call.cost for call in run.model_calls]
    known = [each for each in costs if each is not None]
    if not known or len(known) < len(costs) or len({each.currency for each in known}) > 1:
        return None
    return Cost(amount=sum(each.amount for each in known), currency=known[0].currency)


def searched(number: int) -> str:
    return f"{number:,} search" if number == 1 else f"{number:,} searches"


def asked(usage: Usage) -> tuple[str, str]:
    """Return "4 model calls", "18 k tokens"."""
    return counted(usage.model_calls, "model call"), _tokens(usage.tokens)


def _tokens(number: int) -> str:
    if number < 1000:
        return counted(number, "token")
    return f"{number / 1000:.1f} k tokens" if number < 10_000 else f"{number / 1000:,.0f} k tokens"
