"""The arms of an evaluation: rules only, rules and a model, a model only; and what several tries of one amount to."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.domain.frozen import Frozen
from bot.domain.run import Run
from bot.domain.workflow import WorkflowDefinition
from bot.evals.scores import Totals
from bot.sandbox.scenario import Truth

CASE_LIMIT_S = 120.0  # a scenario that takes longer has failed
MODEL_CASE_LIMIT_S = 900.0  # with a model, which may be a slow one on one's own machine
NO_MODEL: Mapping[str, object] = MappingProxyType({})


async def _as_it_is(run: Run) -> Run:
    return run


@dataclass(frozen=True, slots=True)
class Arm:
    """How scenarios are run and scored: with which model (its settings), workflows, conclusion and truth."""

    name: str
    model: Mapping[str, object] = field(default_factory=dict)
    workflow: Callable[[WorkflowDefinition], WorkflowDefinition] = lambda workflow: workflow
    conclude: Callable[[Run], Awaitable[Run]] = _as_it_is
    truth: Callable[[Truth], Truth] = lambda truth: truth

    @property
    def limit_s(self) -> float:
        """How long a scenario may take."""
        return MODEL_CASE_LIMIT_S if self.model else CASE_LIMIT_S


RULES = Arm("rules only")


class Spread(Frozen):
    """One figure over several tries; None where nothing was graded."""

    mean: float | None
    least: float | None = None
    most: float | None = None


class ArmScores(Frozen):
    """What the tries of one arm came to, by the names of Totals' fields."""

    arm: str
    tries: int
    figures: dict[str, Spread]
    differs: tuple[str, ...] = ()  # from the arm that it is held against: each root cause and severity, once


def arm_scores(arm: str, tries: Sequence[Totals], against: Totals | None = None) -> ArmScores:
    """Return the mean and the spread of each figure over *tries*; there is at least one."""
    told = [totals.model_dump(exclude={"scenarios"}) for totals in tries]
    figures = {name: _spread([one[name] for one in told]) for name in told[0]}
    differs = dict.fromkeys(line for one in tries for line in _differences(one, against)) if against else ()
    return ArmScores(arm=arm, tries=len(tries), figures=figures, differs=tuple(differs))


def _differences(totals: Totals, against: Totals) -> Iterator[str]:
    for score, other in zip(totals.scenarios, against.scenarios, strict=True):
        if score.error:
            yield f"{score.scenario}: {score.error}"
            continue
        if score.stated_cause != other.stated_cause:
            yield f"{score.scenario}: {score.stated_cause or 'no cause'}, not {other.stated_cause or 'none'}"
        if score.severity != other.severity:
            yield f"{score.scenario}: {score.severity}, not {other.severity}"


def _spread(values: Sequence[float | None]) -> Spread:
    graded = [value for value in values if value is not None]
    if not graded:
        return Spread(mean=None)
    return Spread(mean=round(sum(graded) / len(graded), 4), least=min(graded), most=max(graded))
