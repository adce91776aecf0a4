"""The search endpoints: dispatch, look at, read, cancel; v1 and v2 alike."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import uuid4

from bot.sandbox import splunk_wire as wire
from bot.sandbox.deployment import ScenarioDeployment
from bot.sandbox.spl.context import Message
from bot.sandbox.spl.errors import SplError
from bot.sandbox.spl.pipeline import Search, parse_search
from bot.sandbox.spl.syntax import command_and_arguments, split_pipes, without_comments
from bot.sandbox.spl.values import Row
from bot.sandbox.splunk_jobs import Dispatched, Faults, Job, JobBoard, context_for
from bot.sandbox.splunk_reply import Call, Refused, Reply, document, entries, pair, said, single

_DEFAULT_TTL_S = 600.0  # as measured on splunkd 10
_DEFAULT_ROWS, _MOST_ROWS = 100, 50000  # of one results call; limits.conf maxresultrows
_MOST_KEPT = 10000  # max_count's default
_INSTANCE_BUSY = (
    "Search not executed: The maximum number of concurrent historical searches on this instance has been reached."
)
_ROLE_BUSY = (
    "Search not executed: This search could not be dispatched because the role-based concurrency limit of historical "
    'searches for user "{user}" has been reached (usage={usage}, quota={quota}).'
)
_UNKNOWN_SID = "Unknown sid."


@dataclass(slots=True)
class SearchEndpoints:
    """What lies under search/jobs, search/v2/jobs and search/parser."""

    deployment: ScenarioDeployment
    faults: Faults
    clock: Callable[[], float]
    changed: Callable[[], Awaitable[None]]
    board: JobBoard = field(init=False)
    searches: list[Dispatched] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.board = JobBoard(self.clock)

    async def answer(self, call: Call, parts: list[str]) -> Reply:
        """*parts* is what follows search/jobs or search/v2/jobs."""
        if not parts:
            return await self._collection(call)
        if parts == ["export"]:
            return await self._export(call)
        job = self.board.find(parts[0])
        if job is None:
            raise Refused(404, "FATAL", _UNKNOWN_SID)
        match (call.method, *parts[1:]):
            case ("GET",):
                return await self._look(call, job)
            case ("DELETE",):
                return await self._cancel(call, job)
            case ("POST", "control"):
                return await self._control(call, job)
            case ("GET" | "POST", "results" | "results_preview" | "events"):
                return self._results(call, job)
            case _:
                raise Refused(404, "ERROR", "Not Found")

    async def _collection(self, call: Call) -> Reply:
        if call.method == "GET":
            found = [self._entry(job) for job in self.board.jobs.values()]
            return entries(call, found, "jobs")
        if call.method != "POST":
            raise Refused(400, "ERROR", "Bad Request")
        job = await self._dispatch(call)
        mode = call.parameters.get("exec_mode", "normal")
        if mode == "normal":
            return pair(call, 201, "sid", job.dispatched.sid)
        await self._finish(job)
        if mode == "blocking":
            return pair(call, 201, "sid", job.dispatched.sid)
        self.board.jobs.pop(job.dispatched.sid, None)
        return self._fatal(call, job) if job.failed else self._written(call, job.rows, job.messages)

    async def _finish(self, job: Job) -> None:
        """Wait for a blocking or one-shot search, which ends with its connection."""
        if job.task is None:
            return
        try:
            await asyncio.wait([job.task])
        except asyncio.CancelledError:
            self.board.cancel(job)
            raise
        job.looks = self.faults.polls + 1

    def _fatal(self, call: Call, job: Job) -> Reply:
        return said(call, 400, [message for message in job.messages if message.type == "FATAL"])

    async def _dispatch(self, call: Call) -> Job:
        spl = call.parameters.get("search", "").strip()
        self._refuse_when_busy()
        try:
            search = parse_search(spl, call.now)
        except SplError as error:
            raise Refused(400, "FATAL", str(error)) from error
        sid = call.parameters.get("id") or f"{call.now:.0f}.{uuid4().int % 10**6}"
        if self.board.find(sid) is not None:
            raise Refused(409, "FATAL", f"Invalid sid, search ID (sid) {sid} already exists.")
        earliest, latest = call.parameters.get("earliest_time"), call.parameters.get("latest_time")
        dispatched = Dispatched(sid, spl, earliest, latest, dict(call.parameters))
        ttl_s = float(call.number("timeout", int(_DEFAULT_TTL_S)))
        job = Job(dispatched, context_for(self.deployment, call.now, earliest, latest), call.now, ttl_s)
        self.board.jobs[sid] = job
        self.searches.append(dispatched)
        job.task = asyncio.create_task(self._work(job, search, call.number("max_count", _MOST_KEPT)), name=sid)
        await self.changed()
        return job

    async def _work(self, job: Job, search: Search, most: int) -> None:
        try:
            await job.work(search, self.faults, most or _MOST_ROWS)
        finally:
            job.ended = self.clock()
            await self.changed()

    def _refuse_when_busy(self) -> None:
        account, role = self.deployment.scenario.account, self.deployment.scenario.roles
        quota = max(role[name].search_quota for name in account.roles)
        usage = len(self.board.running())
        over = self.faults.enforce_quota and usage >= quota
        if not over and self.faults.busy_times <= 0:
            return
        if not over:
            self.faults.busy_times -= 1
        role_text = _ROLE_BUSY.format(user=account.name, usage=max(usage, quota), quota=quota)
        text = role_text if over or self.faults.busy_kind == "role" else _INSTANCE_BUSY
        raise Refused(503, "FATAL", text)

    def _entry(self, job: Job) -> wire.Entry:
        sid = job.dispatched.sid
        return job.dispatched.spl, f"/services/search/v2/jobs/{sid}", job.content(self.faults.polls)

    async def _look(self, call: Call, job: Job) -> Reply:
        """Show a job; the first look comes too early and gets 204 with nothing."""
        job.looks += 1
        if job.looks == 1 and self.faults.polls > 0:
            return Reply(204)
        if job.looks > self.faults.polls and not job.held and job.task is not None:
            await asyncio.wait([job.task])
        return single(call, self._entry(job))

    async def _control(self, call: Call, job: Job) -> Reply:
        action = call.parameters.get("action", "")
        if action == "cancel":
            return await self._cancel(call, job)
        if action == "finalize":
            job.finalize()
            return said(call, 200, [Message("INFO", "Search job finalized.")])
        if action in {
            "touch",
            "setttl",
            "save",
            "unsave",
            "pause",
            "unpause",
            "setpriority",
            "enablepreview",
            "disablepreview",
        }:
            return said(call, 200, [Message("INFO", f"Action {action} was accepted.")])
        raise Refused(400, "FATAL", f"Invalid action '{action}'.")

    async def _cancel(self, call: Call, job: Job) -> Reply:
        self.board.cancel(job)
        await self.changed()
        return said(call, 200, [Message("INFO", "Search job cancelled.")])

    def _results(self, call: Call, job: Job) -> Reply:
        if "search" in call.parameters:
            raise Refused(403, "FATAL", "The sandbox does no post-process searches.")
        if not job.finished:
            return Reply(204)
        return self._fatal(call, job) if job.failed else self._written(call, job.rows, job.messages)

    def _written(self, call: Call, rows: list[Row], messages: list[Message]) -> Reply:
        offset, count = max(call.number("offset", 0), 0), call.number("count", _DEFAULT_ROWS)
        most = min(count, _MOST_ROWS) if count > 0 else _MOST_ROWS
        page = wire.shown(rows[offset : offset + most])
        if "f" in call.parameters:
            wanted = call.parameters["f"].split(",")
            page = [{name: row[name] for name in wanted if name in row} for row in page]
        write, content_type = wire.RESULT_WRITERS.get(
            call.parameters.get("output_mode", "xml"), wire.RESULT_WRITERS["xml"]
        )
        return Reply(200, write(page, messages, offset), content_type)

    async def _export(self, call: Call) -> Reply:
        """Rows as lines of JSON, each in its own object; no rows are one line without a result."""
        job = await self._dispatch(call)
        await self._finish(job)
        self.board.jobs.pop(job.dispatched.sid, None)
        if job.failed:
            return self._fatal(call, job)
        rows = wire.shown(job.rows)
        lines = [{"preview": False, "offset": at, "result": row} for at, row in enumerate(rows)]
        if lines:
            lines[-1]["lastrow"] = True
        listed = lines or [{"preview": False, "offset": 0, "lastrow": True}]
        return Reply(200, "".join(f"{json.dumps(line)}\n" for line in listed), "application/json")

    def parser(self, call: Call) -> Reply:
        """POST search/v2/parser: the commands of a search, or why it is none."""
        if call.method != "POST" and "/v2/" in call.path:
            raise Refused(405, "ERROR", "Method Not Allowed")
        spl = call.parameters.get("q", "").strip()
        try:
            parse_search(spl, call.now)
        except SplError as error:
            raise Refused(400, "FATAL", str(error)) from error
        segments = [segment for segment in split_pipes(without_comments(spl)) if segment.strip()]
        commands = [_command(*command_and_arguments(segment)) for segment in segments]
        return document(
            call, 200, {"commands": commands, "normalizedSearch": spl, "eventsSearch": "", "reportsSearch": ""}
        )


def _command(name: str, arguments: str) -> dict[str, str]:
    return {
        "command": name,
        "rawargs": arguments,
        "pipeline": "report",
        "args": arguments,
        "isGenerating": "",
        "streamType": "",
    }
