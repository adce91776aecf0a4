"""Opens all the doors, each once, for whoever serves, works or does one run. Everything opened is closed."""

import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app.accesses import caps_of, is_shared, privacy_of, slack_access, splunk_accesses
from bot.app.keeping import expiring, open_fleet_of, open_store
from bot.app.model import open_model_of
from bot.domain.workflow import WorkflowDefinition
from bot.engine.loader import load_workflows
from bot.engine.service import RunService
from bot.errors import SettingsError
from bot.ports import Observer, RunStore
from bot.settings import Settings
from bot.slack.server import Connection, Pace, SlackServer, connect_slack, open_slack
from bot.splunk.client import SplunkClient

if TYPE_CHECKING:
    from bot.queue.fleet import Fleet  # procrastinate is imported only when configured

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def open_runs(
    settings: Settings,
    workflows: Mapping[str, WorkflowDefinition] | None = None,
    store: RunStore | None = None,
) -> AsyncIterator[RunService]:
    """Open Splunk and the model, and a RunService on them. Raises SettingsError and WorkflowError before it opens.

    With *store*, a day's budget counts what all its processes spend; without, what this one does.
    """
    known = load_workflows(settings.workflows_dir) if workflows is None else workflows
    async with contextlib.AsyncExitStack() as stack:
        splunks = {
            name: await stack.enter_async_context(SplunkClient(access))
            for name, access in splunk_accesses(settings).items()
        }
        for name, splunk in splunks.items():
            for warning in splunk.warnings:
                _log.warning("%s: %s", name, warning)
        model = await stack.enter_async_context(open_model_of(settings, store))
        caps = caps_of(settings)
        tracer = await stack.enter_async_context(_open_traces(settings))
        yield await stack.enter_async_context(
            RunService(
                known,
                splunks,
                agent=model.agent,
                writer=model.writer,
                caps=caps,
                privacy=privacy_of(settings),
                observers=(*model.observers, *([tracer] if tracer else [])),
            )
        )


@contextlib.asynccontextmanager
async def _open_traces(settings: Settings) -> AsyncIterator[Observer | None]:
    endpoint, headers = settings.traces_endpoint, settings.otel_exporter_otlp_headers
    if endpoint is None:
        yield None
        return
    try:
        from bot.telemetry.otlp import Collector, open_tracer  # noqa: PLC0415 - OpenTelemetry is there with its extra
    except ImportError as error:
        needed = "OTEL_EXPORTER_OTLP_ENDPOINT needs the extra: pip install 'troubleshooter[otlp]'"
        raise SettingsError(needed) from error
    collector = Collector(endpoint, headers, settings.otel_service_name, spl=settings.trace_spl)
    async with open_tracer(collector) as tracer:
        yield tracer


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings,
    workflows: Mapping[str, WorkflowDefinition] | None = None,
    pace: Pace | None = None,
    *,
    works: bool = True,
) -> AsyncIterator[SlackServer]:
    """Open everything: the store, Splunk, the model, and Slack last, so that nothing is taken before it can be done.

    With PostgreSQL, what is asked goes to the fleet; this process takes runs from there too if it *works*.
    """
    access = slack_access(settings)
    if not works and not is_shared(settings):
        raise SettingsError("--intake-only leaves runs to `work`, which needs DATABASE_URL=postgresql://…")
    async with _open_house(settings, workflows, pace) as house:
        if house.fleet is None:
            async with open_slack(access, house.connection, house.runs, house.store, pace) as slack:
                yield slack
            return
        working = house.fleet.working(house.connection.threads.pursue, settings.max_runs)
        async with (
            working if works else contextlib.nullcontext(),
            open_slack(access, house.connection, house.runs, house.store, pace, house.fleet.dispatch) as slack,
        ):
            yield slack


@contextlib.asynccontextmanager
async def open_worker(
    settings: Settings, workflows: Mapping[str, WorkflowDefinition] | None = None
) -> AsyncIterator[None]:
    """Take runs from the fleet, without listening to Slack. Raises SettingsError without PostgreSQL."""
    if not is_shared(settings):
        raise SettingsError(
            "`work` shares runs with other processes through PostgreSQL. Set DATABASE_URL=postgresql://…, "
            "or let `serve` do it all."
        )
    async with _open_house(settings, workflows, None) as house:
        assert house.fleet is not None  # noqa: S101 - shared, as was seen above
        async with house.fleet.working(house.connection.threads.pursue, settings.max_runs):
            yield


@dataclass(frozen=True, slots=True)
class _House:
    """What `serve` and `work` have in common."""

    store: RunStore
    runs: RunService
    connection: Connection
    fleet: "Fleet | None"


@contextlib.asynccontextmanager
async def _open_house(
    settings: Settings, workflows: Mapping[str, WorkflowDefinition] | None, pace: Pace | None
) -> AsyncIterator[_House]:
    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings, serving=True))
        await stack.enter_async_context(expiring(store, settings.keep_days))
        fleet = await stack.enter_async_context(open_fleet_of(settings, store)) if is_shared(settings) else None
        runs = await stack.enter_async_context(open_runs(settings, workflows, store))
        pace = pace or Pace(run_grace_s=settings.stop_grace_s)
        connection = await stack.enter_async_context(connect_slack(slack_access(settings), runs, store, pace))
        yield _House(store, runs, connection, fleet)
