"""The composition root: the only module that knows all the doors. Everything it opens, it closes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.agent.access import ModelAccess
from bot.agent.meter import Meter
from bot.app_mcp import open_mcp
from bot.domain.spending import Budget, Price
from bot.domain.workflow import WorkflowDefinition
from bot.engine.caps import Caps
from bot.engine.loader import load_workflows
from bot.engine.service import RunService
from bot.errors import SettingsError, StoreError
from bot.ports import Observer, RunStore, SummaryWriter, TaskAgent
from bot.safety.privacy import Privacy
from bot.settings import Settings
from bot.slack.access import SlackAccess
from bot.slack.server import Connection, Pace, SlackServer, connect_slack, open_slack
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from bot.queue.fleet import Fleet  # procrastinate is imported only when configured

DAY_S = 86_400
EXPIRE_EVERY_S = 3600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """The two things a language model does here; both None when none is configured. *observers* hear of every run."""

    agent: TaskAgent | None = None
    writer: SummaryWriter | None = None
    observers: tuple[Observer, ...] = ()


def splunk_accesses(settings: Settings) -> dict[str, SplunkAccess]:
    """Return how to reach each Splunk, the default first. Raises SettingsError when the settings name none."""
    if not settings.splunks:
        raise SettingsError(
            "SPLUNK_URL is not set. Set it to Splunk's management address, such as https://splunk.example.com:8089, "
            "with SPLUNK_TOKEN; or try it without Splunk: troubleshooter demo"
        )
    return {
        name: SplunkAccess(
            url=one.url,
            token=one.token,
            username=one.username,
            password=one.password,
            ca_file=one.ca_file,
            verify_tls=one.verify_tls,
            web_url=one.web_url,
            app=one.app,
            privacy=_privacy(settings),
        )
        for name, one in settings.splunks.items()
    }


def _privacy(settings: Settings) -> Privacy:
    return Privacy(emails=settings.mask_emails, names=settings.mask_names)


def caps_of(settings: Settings) -> Caps:
    return Caps(
        runs=settings.max_runs,
        searches=settings.max_searches,
        agents=settings.max_agents,
        run_time_limit_s=settings.run_time_limit_s,
        model_indexes=tuple(settings.model_indexes) or None,
    )


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
        model = await stack.enter_async_context(_open_model(settings, store))
        caps = caps_of(settings)
        tracer = await stack.enter_async_context(_open_traces(settings))
        yield await stack.enter_async_context(
            RunService(
                known,
                splunks,
                agent=model.agent,
                writer=model.writer,
                caps=caps,
                privacy=_privacy(settings),
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
async def _open_model(settings: Settings, store: RunStore | None) -> AsyncIterator[Model]:
    if settings.openai_model is None:
        yield Model()
        return
    # Importing openai-agents takes seconds; whoever runs without a model does not pay for it.
    from bot.agent.model import open_model  # noqa: PLC0415 - see above
    from bot.agent.summary_writer import OpenAISummaryWriter  # noqa: PLC0415 - see above
    from bot.agent.task_agent import OpenAITaskAgent  # noqa: PLC0415 - see above

    async with (
        open_model(model_access(settings), _meter(settings, store)) as model,
        open_mcp(settings, _privacy(settings)) as servers,
    ):
        observers = (servers.heed,) if servers else ()
        yield Model(OpenAITaskAgent(model, servers), OpenAISummaryWriter(model), observers)


def _meter(settings: Settings, store: RunStore | None) -> Meter:
    run, day = (
        Budget(
            tokens=getattr(settings, f"max_tokens_per_{span}"),
            model_calls=getattr(settings, f"max_model_calls_per_{span}"),
            searches=getattr(settings, f"max_model_searches_per_{span}"),
            seconds=getattr(settings, f"max_model_seconds_per_{span}"),
        )
        for span in ("run", "day")
    )
    return Meter(run, day, store.days if store else None)


def model_access(settings: Settings) -> ModelAccess:
    """Return where the model is. Raises SettingsError when none is configured."""
    if settings.openai_model is None:
        raise SettingsError("OPENAI_MODEL is not set; without it no model is called.")
    return ModelAccess(
        base_url=settings.openai_base_url,
        model=settings.openai_model,
        api_key=settings.openai_api_key,
        api=settings.openai_api,
        time_limit_s=settings.openai_time_limit_s,
        price=_price(settings),
        traces_to_openai=settings.openai_traces,
    )


def _price(settings: Settings) -> Price | None:
    if settings.openai_price_input is None or settings.openai_price_output is None:
        return None
    currency = settings.openai_price_currency
    return Price(of_input=settings.openai_price_input, of_output=settings.openai_price_output, currency=currency)


async def ping_model(settings: Settings) -> str:
    """Ask the model for a sign of life, and say how it answered. Raises ModelError."""
    from bot.agent.model import open_model  # noqa: PLC0415 - as in _open_model
    from bot.agent.ping import ping  # noqa: PLC0415 - as in _open_model

    async with open_model(model_access(settings)) as model:
        return await ping(model)


def slack_access(settings: Settings) -> SlackAccess:
    """Return how to reach Slack. Raises SettingsError that names every variable that is missing."""
    if settings.slack_bot_token is None:
        raise SettingsError("SLACK_BOT_TOKEN is not set; the README's walk-through says where Slack shows it.")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise SettingsError(
            "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP; the README says which to choose."
        )
    return SlackAccess(
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
        api_url=settings.slack_api_url,
        command=settings.slack_command,
        status=settings.slack_status,
        http_host=settings.http_host,
        http_port=settings.http_port,
        permissions=settings.access,
        splunk_of={channel: own.splunk for channel, own in settings.channels.items()},
    )


@contextlib.asynccontextmanager
async def open_store(settings: Settings, *, serving: bool = False) -> AsyncIterator[RunStore]:
    """Open where runs are kept, brought up to date. Raises SettingsError and StoreError.

    *serving* goes on with runs that a dead process left, which only one process may do on a SQLite file.
    """
    # SQLAlchemy takes a second to import; whoever keeps nothing does not pay for it.
    from bot.store.lock import only_server  # noqa: PLC0415 - see above
    from bot.store.runs import open_runs_store  # noqa: PLC0415 - see above

    url = _database(settings)
    with only_server(url) if serving else contextlib.nullcontext():
        async with open_runs_store(url) as store:
            if serving:
                await store.unfinished()  # now, not at the first request: its tables may be damaged
            yield store


def _database(settings: Settings) -> "URL":
    from bot.store.database import database_url  # noqa: PLC0415 - as in open_store

    given = settings.database_url.get_secret_value() if settings.database_url else None
    return database_url(given, settings.data_dir)


async def database_version(settings: Settings) -> tuple[str | None, str]:
    """Return the version that the database has, None if it is empty, and the newest. Changes nothing."""
    from bot.store.database import open_database  # noqa: PLC0415 - as in open_store
    from bot.store.schema import HEAD, version  # noqa: PLC0415 - as in open_store

    async with open_database(_database(settings)) as database:
        return await version(database), HEAD


@contextlib.asynccontextmanager
async def expiring(store: RunStore, keep_days: float) -> AsyncIterator[None]:
    """Remove runs that are older than *keep_days*, now and every hour."""

    async def expire() -> None:
        while True:
            try:
                gone = await store.expire(time.time() - keep_days * DAY_S)
            except StoreError as error:
                _log.warning("old runs could not be removed: %s", error)
            else:
                _log.log(logging.INFO if gone else logging.DEBUG, "%d runs past their %g days removed", gone, keep_days)
            await asyncio.sleep(EXPIRE_EVERY_S)

    task = asyncio.create_task(expire(), name="the removal of old runs")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


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


def is_shared(settings: Settings) -> bool:
    """Say whether several processes share the runs."""
    return settings.database_url is not None and settings.database_url.get_secret_value().startswith("postgres")


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
        fleet = await stack.enter_async_context(_open_fleet(settings, store)) if is_shared(settings) else None
        runs = await stack.enter_async_context(open_runs(settings, workflows, store))
        pace = pace or Pace(run_grace_s=settings.stop_grace_s)
        connection = await stack.enter_async_context(connect_slack(slack_access(settings), runs, store, pace))
        yield _House(store, runs, connection, fleet)


@contextlib.asynccontextmanager
async def _open_fleet(settings: Settings, store: RunStore) -> AsyncIterator["Fleet"]:
    from bot.queue.capacity import Pulse  # noqa: PLC0415 - psycopg is there only with its extra
    from bot.queue.fleet import open_fleet  # noqa: PLC0415 - procrastinate as well

    url = _database(settings).set(drivername="postgresql")
    pulse = Pulse(settings.worker_heartbeat_s, settings.worker_dead_after_s)
    conninfo = url.render_as_string(hide_password=False)
    async with open_fleet(conninfo, settings.fleet_max_runs, pulse, store.unfinished) as fleet:
        yield fleet
