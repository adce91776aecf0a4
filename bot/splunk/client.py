"""Searches in Splunk over its REST API: begun, watched, read and, when nobody waits for them any more, cancelled."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Self, TypeVar
from urllib.parse import quote

from bot.domain.evidence import SearchOutcome, SearchQuery
from bot.domain.names import VisibleNames
from bot.errors import SearchFailed, SplunkBusy, SplunkError
from bot.safety.bounds import POLICIES, Origin, SearchPolicy
from bot.safety.masking import mask
from bot.safety.spl import check, limit, sendable
from bot.splunk import selfcheck
from bot.splunk.access import SplunkAccess
from bot.splunk.faults import not_understood, search_failed
from bot.splunk.links import search_link
from bot.splunk.names import names_query, visible_names
from bot.splunk.rows import PAGE_ROWS, ResultsPage, results_page
from bot.splunk.session import MAX_ANSWER_BYTES, Pause, SplunkSession
from bot.splunk.wire import Answer, JobState, job_form, job_state, new_sid, poll_waits, sid_of, without_repeats

CANCEL_LIMIT_S = 5.0  # of the request that cancels a search; Splunk's own auto_cancel ends it if that fails
V2, V1 = "search/v2/jobs", "search/jobs"  # v2 since 9.0.2; v1 is deprecated, and all that older ones have
GONE = frozenset({404})

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    """A search as it stands in Splunk."""

    sid: str
    api: str
    over: bool = False  # nothing is left to cancel
    queued: bool = False  # Splunk took it, but has no room for it yet

    @property
    def path(self) -> str:
        return f"/services/{self.api}/{quote(self.sid, safe='')}"


class SplunkClient:
    """The real LogSearch. `async with SplunkClient(access) as splunk`; nothing is sent before the first search.

    *policy* is the last check before sending; whoever asks for a search has held it to their own, narrower one.
    """

    def __init__(
        self, access: SplunkAccess, *, policy: SearchPolicy = POLICIES[Origin.WORKFLOW], pause: Pause = asyncio.sleep
    ) -> None:
        self._access = access
        self._policy = policy
        self._session = SplunkSession(access, pause)
        self._api = V2
        self._cancelling: set[asyncio.Task[None]] = set()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about how we connect, such as TLS verification switched off; `bot.app` logs it."""
        return self._access.warnings

    async def __aenter__(self) -> Self:
        await self._session.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        try:
            await asyncio.gather(*self._cancelling)
        finally:
            await self._session.__aexit__(*exc_info)

    async def search(self, query: SearchQuery) -> SearchOutcome:
        """Run *query* to its end. Raises SplunkError or SearchRefused. When cancelled, so is the search in Splunk."""
        check(query.spl)
        limit(query.spl, query.window, self._policy)
        begun_s = time.monotonic()
        job = _Job(new_sid(time.time()), self._api)
        try:
            async with asyncio.timeout(query.time_limit_s), self._begun(job, query):
                state = await self._end_of(job)
                pages = await self._pages(job, state, query.max_rows)
        except TimeoutError as error:  # ours: the session translates every other
            raise _took_too_long(query, job) from error
        except SplunkError as error:  # Splunk's own words may name people
            error.args = (self._access.privacy.applied(str(error)),)
            raise
        return self._outcome(query, job.sid, state, pages, time.monotonic() - begun_s)

    async def quota(self) -> int | None:
        """Return how many searches our role may run at once; None when it is unlimited or cannot be seen."""
        return await selfcheck.quota(self._session)

    async def names(self) -> VisibleNames:
        """Return the indexes, sourcetypes and hosts that we may see. Raises SplunkError."""
        return visible_names((await self.search(names_query(time.time()))).rows)

    async def inspect(self) -> selfcheck.SplunkSelfCheck:
        """Look at who we are in Splunk and what we may do there; what goes wrong is a problem of the result."""
        return await selfcheck.inspect(self._session)

    @asynccontextmanager
    async def _begun(self, job: _Job, query: SearchQuery) -> AsyncIterator[None]:
        """Begin *job* in Splunk, and cancel it there on the way out unless it is over."""
        try:
            await self._begin(job, job_form(sendable(query.spl), query, job.sid))
            yield
        finally:
            if not job.over:
                await self._cancel(job)

    async def _begin(self, job: _Job, form: dict[str, str]) -> None:
        """Begin *job*, in the configured app: its macros and lookups are the ones that resolve."""
        try:
            answer = await self._post_form(job.api, form)
            if answer.status == 404 and job.api == V2:
                job.api = V1
                answer = await self._post_form(V1, form)
            if answer.status == 404:
                raise SearchFailed(
                    f"Splunk at {self._access.where} has no search API for the app {self._access.app}. "
                    f"{self._access.setting('app')} must be the folder name of an app there, such as search."
                )
            self._api = job.api
            job.sid = self._understood(sid_of, answer.body)
        except SplunkError:
            job.over = True  # nothing was begun; where only the answer was lost, auto_cancel ends it
            raise

    async def _post_form(self, api: str, form: dict[str, str]) -> Answer:
        app = quote(self._access.app, safe="")
        return await self._session.ask("POST", f"/servicesNS/nobody/{app}/{api}", form, takes=GONE)

    async def _end_of(self, job: _Job) -> JobState:
        for wait_s in poll_waits():
            answer = await self._session.get(job.path)
            if answer.body:  # 204 without a body: not ready yet
                state = self._understood(job_state, answer.body)
                job.queued = state.queued
                if state.over:
                    job.over = True
                    return _succeeded(state)
            await self._session.pause(wait_s)
        raise AssertionError("the waits have no end")

    async def _pages(self, job: _Job, state: JobState, max_rows: int) -> list[ResultsPage]:
        """Read the rows, a page after the other; in a thread, as masking a big page takes seconds."""
        pages: list[ResultsPage] = []
        rows, bytes_left = 0, MAX_ANSWER_BYTES
        while rows < max_rows:
            wanted = {"count": str(min(PAGE_ROWS, max_rows - rows)), "offset": str(rows)}
            answer = await self._session.get(f"{job.path}/results", wanted, bytes_left)
            if not answer.body:  # 204: no results
                break
            page = await asyncio.to_thread(
                self._understood, partial(results_page, cut=answer.cut, privacy=self._access.privacy), answer.body
            )
            pages.append(page)
            rows += len(page.rows)
            bytes_left -= len(answer.body)
            if not page.rows or bytes_left <= 0 or rows >= state.result_count:
                break
        return pages

    def _outcome(
        self, query: SearchQuery, sid: str, state: JobState, pages: list[ResultsPage], duration_s: float
    ) -> SearchOutcome:
        rows = tuple(row for page in pages for row in page.rows)[: query.max_rows]
        messages = without_repeats((*state.messages, *(message for page in pages for message in page.messages)))
        if any(message.is_fatal for message in messages):  # failed, even where it calls itself done
            raise search_failed(messages, otherwise="")
        row_count = max(state.result_count, len(rows))
        cut = (
            [f"Only the first {len(rows):,} of {row_count:,} or more rows were read."] if row_count > len(rows) else []
        )
        return SearchOutcome(
            rows=rows,
            row_count=row_count,
            scanned=state.scan_count,
            duration_s=duration_s,
            messages=(
                *(mask(message.text, self._access.privacy) for message in messages if message.worth_showing),
                *cut,
            ),
            partial=bool(cut) or state.is_finalized or any(message.tells_of_gaps for message in messages),
            sid=sid,
            link=search_link(self._access.web_url, self._access.app, query.spl, query.window),
        )

    async def _cancel(self, job: _Job) -> None:
        """Cancel *job* in Splunk, to the end even when we are cancelled again meanwhile."""
        cancelling = asyncio.create_task(self._tell_to_cancel(job), name=f"cancel {job.sid}")
        self._cancelling.add(cancelling)
        cancelling.add_done_callback(self._cancelling.discard)
        await asyncio.shield(cancelling)

    async def _tell_to_cancel(self, job: _Job) -> None:
        form = {"action": "cancel", "output_mode": "json"}
        try:
            async with asyncio.timeout(CANCEL_LIMIT_S):
                await self._session.ask("POST", f"{job.path}/control", form, takes=GONE, max_tries=1)
        except (SplunkError, TimeoutError) as error:
            logger.warning("Could not cancel search %s, Splunk ends it when it is idle: %s", job.sid, error)

    def _understood(self, read: Callable[[bytes], T], body: bytes) -> T:
        try:
            return read(body)
        except ValueError as error:
            raise not_understood(self._access) from error


def _succeeded(state: JobState) -> JobState:
    """Return *state* unless the search failed."""
    if state.failed:
        raise search_failed(state.messages, otherwise=_ENDINGS.get(state.dispatch_state, "it does not say why."))
    return state


def _took_too_long(query: SearchQuery, job: _Job) -> SplunkError:
    if job.queued:
        return SplunkBusy(
            f"The search waited {query.time_limit_s:g} s in Splunk's own queue and was cancelled: as many searches run "
            "as Splunk or the bot's role allows. Try again in a minute; if it stays so, lower MAX_SEARCHES."
        )
    return SearchFailed(
        f"The search took longer than {query.time_limit_s:g} s and was cancelled. Search a shorter time or fewer "
        "indexes, or raise the search's time limit."
    )


_ENDINGS = {
    "USER_CANCEL": "somebody cancelled it in Splunk; run it again.",
    "INTERNAL_CANCEL": "Splunk cancelled it by itself, as it does at a limit; see Activity > Jobs.",
    "BAD_INPUT_CANCEL": "Splunk cancelled it because of its input; try it in Splunk Web.",
}
