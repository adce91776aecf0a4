"""The Splunk deployments that runs may ask, by name: each with slots, a quota and a book of names of its own."""

import asyncio
import logging
from collections.abc import Iterator, Mapping

from bot.engine.name_book import NameBook
from bot.errors import UnknownDeployment
from bot.ports import LogSearch

ONLY = "splunk"  # the name of the only one, where nobody named it

_log = logging.getLogger(__name__)


class Deployment:
    """One Splunk. All runs on it share its search slots, which its role's quota may lower."""

    def __init__(self, search: LogSearch, most_searches: int, name: str = ONLY) -> None:
        self.name = name
        self.search = search
        self.book = NameBook(search)
        self.slots = asyncio.Semaphore(most_searches)
        self.notes: tuple[str, ...] = ()
        self._most_searches = most_searches
        self._quota_seen = False

    async def heed_the_quota(self) -> None:
        """Lower the searches in flight to the role's quota, once it can be seen."""
        if self._quota_seen:
            return
        try:
            quota = await self.search.quota()
        except Exception:  # noqa: BLE001 - whatever is wrong with the quota, the run's own searches will say it
            _log.warning("the quota of searches could not be read", exc_info=True)
            return
        if quota is None:
            return  # not to be seen now; the next run asks again
        if self._quota_seen:
            return  # a run that started beside this one was faster
        self._quota_seen = True
        if quota < self._most_searches:
            self.slots = asyncio.Semaphore(quota)
            self.notes = (f"at most {quota} searches at once: the Splunk role's srchJobsQuota",)


class Deployments:
    """All of them. The first is asked where nobody names one; where there is only one, its name is never shown."""

    def __init__(self, searches: Mapping[str, LogSearch], most_searches: int) -> None:
        self.default = next(iter(searches))
        self._all = {name: Deployment(search, most_searches, name) for name, search in searches.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    @property
    def several(self) -> bool:
        return len(self._all) > 1

    def named(self, name: str | None) -> str:
        """Return the name itself, or the default's for None. Raises UnknownDeployment."""
        if name is None:
            return self.default
        if name not in self._all and not self.several:
            raise UnknownDeployment(f"There is only one Splunk deployment here. Ask again without @{name[:40]}.")
        if name not in self._all:
            known = ", ".join(f"@{each}" for each in self._all)
            raise UnknownDeployment(f"There is no Splunk deployment @{name[:40]}. There are: {known}.")
        return name

    def __getitem__(self, name: str) -> Deployment:
        return self._all[self.named(name)]

    async def close(self) -> None:
        """End what asks for names."""
        for each in self._all.values():
            await each.book.close()
