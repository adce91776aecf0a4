"""Counts what models take, and says when a budget is used up: of a run, and of a day (UTC).

Checked before each request and each search; what is under way then is finished. A day is counted over all processes
that share a `DayBook`; of a run it is told what was spent before it came here.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from bot.domain.event import RunEvent, RunStarted
from bot.domain.spending import Budget, Spent
from bot.errors import ModelAway, ModelError, StoreError
from bot.ports import DayBook

AWAY_S = 60.0  # how long a run does without a model that was away; longer than most runs have left
_MOST_RUNS = 1000  # remembered; the one that was asked for longest ago goes first

_log = logging.getLogger(__name__)


class OwnBook:
    """The DayBook of a process that shares with nobody."""

    def __init__(self) -> None:
        self._days: dict[str, Spent] = {}

    async def spend(self, day: str, spent: Spent) -> Spent:
        self._days = {day: self._days.get(day, Spent()) + spent}
        return self._days[day]


class Meter:
    """What is spent, held against what may be."""

    def __init__(
        self,
        run: Budget | None = None,
        day: Budget | None = None,
        book: DayBook | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._run, self._day = run or Budget(), day or Budget()
        self._book = book or OwnBook()
        self._now = now
        self._runs: OrderedDict[str, Spent] = OrderedDict()
        self._booked: tuple[str, Spent] = ("", Spent())  # a day, and what the book said of it when last asked
        self._unbooked = Spent()
        self._under_way: list[Spent] = []  # into the book
        self._away: dict[str, tuple[float, ModelAway]] = {}

    def away(self, run_id: str, why: ModelAway) -> None:
        """Remember that the run asked in vain, so that its other checks need not wait for the same."""
        self._away = {run: known for run, known in self._away.items() if known[0] > self._now()}
        self._away.setdefault(run_id, (self._now() + AWAY_S, why))

    def heed(self, event: RunEvent) -> None:
        """Take what was spent on a run before for spent; the day's book has it from those who did.

        This process may have been among them. What is kept of a run may lack its last calls, and tells of no searches.
        """
        if isinstance(event, RunStarted) and event.spent != Spent():
            self._remember(event.run_id, self._runs.get(event.run_id, Spent()).at_least(event.spent))

    def count(self, run_id: str, spent: Spent) -> None:
        """Add to what the run and the day have taken."""
        self._remember(run_id, self._runs.get(run_id, Spent()) + spent)
        self._unbooked += spent

    def check(self, run_id: str, *, searching: bool = False) -> None:
        """Raise ModelError when the run's budget, or the day's, is used up, or the run has just asked in vain."""
        until, why = self._away.get(run_id, (0.0, None))
        if why and until > self._now():
            raise ModelAway(str(why))
        day, booked = self._booked
        today = sum(self._under_way, self._unbooked) + (booked if day == self._today() else Spent())
        for whose, budget, spent in (
            ("run", self._run, self._runs.get(run_id, Spent())),
            ("day", self._day, today),
        ):
            reached = budget.reached(spent, searching=searching)
            if reached:
                raise ModelError(f"The {whose}'s budget of {reached} is used up; the rules' verdict stands.")

    async def book(self) -> None:
        """Write down what is not yet, and learn what the others spent today. A book that fails stops nobody."""
        if not self._day.bounds:
            return
        day, unbooked = self._today(), self._unbooked
        self._unbooked = Spent()
        self._under_way.append(unbooked)
        try:
            self._take_in(day, await self._book.spend(day, unbooked))
        except StoreError as error:
            self._unbooked += unbooked
            _log.warning("what models took cannot be shared with other processes: %s", error)
        except BaseException:  # cancelled: it may have been written, and to count twice is safer than not at all
            self._unbooked += unbooked
            raise
        finally:
            self._under_way.remove(unbooked)

    def _remember(self, run_id: str, spent: Spent) -> None:
        self._runs[run_id] = spent
        self._runs.move_to_end(run_id)
        while len(self._runs) > _MOST_RUNS:
            self._runs.popitem(last=False)

    def _take_in(self, day: str, booked: Spent) -> None:
        """Believe the book, but of two answers of one day the larger: they may come back in another order."""
        if self._booked[0] != day or booked.tokens >= self._booked[1].tokens:
            self._booked = (day, booked)

    def _today(self) -> str:
        return datetime.fromtimestamp(self._now(), UTC).date().isoformat()
