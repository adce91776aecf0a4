"""The composition root: the only module that knows all the doors. Everything it opens, it closes."""

import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.agent.access import ModelAccess
from bot.domain.workflow import WorkflowDefinition
from bot.engine.caps import Caps
from bot.engine.loader import load_workflows
from bot.engine.service import RunService
from bot.errors import SettingsError
from bot.ports import RunStore, SummaryWriter, TaskAgent
from bot.settings import Settings
from bot.slack.access import SlackAccess
from bot.slack.server import Pace, SlackServer, open_slack
from bot.splunk.access import SplunkAccess
from bot.splunk.client import SplunkClient

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """The two things a language model does here; both None when none is configured."""

    agent: TaskAgent | None = None
    writer: SummaryWriter | None = None


def splunk_access(settings: Settings) -> SplunkAccess:
    """Return how to reach Splunk. Raises SettingsError when the settings do not say."""
    if settings.splunk_url is None:
        raise SettingsError(
            "SPLUNK_URL is not set. Set it to Splunk's management address, such as https://splunk.example.com:8089, "
            "with SPLUNK_TOKEN; or try it without Splunk: troubleshooter demo"
        )
    return SplunkAccess(
        url=settings.splunk_url,
        token=settings.splunk_token,
        username=settings.splunk_username,
        password=settings.splunk_password,
        ca_file=settings.splunk_ca_file,
        verify_tls=settings.splunk_verify_tls,
        web_url=settings.splunk_web_url,
        app=settings.splunk_app,
    )


@contextlib.asynccontextmanager
async def open_runs(
    settings: Settings, workflows: Mapping[str, WorkflowDefinition] | None = None
) -> AsyncIterator[RunService]:
    """Open Splunk and the model, and a RunService on them. Raises SettingsError and WorkflowError before it opens."""
    known = load_workflows(settings.workflows_dir) if workflows is None else workflows
    async with contextlib.AsyncExitStack() as stack:
        splunk = await stack.enter_async_context(SplunkClient(splunk_access(settings)))
        for warning in splunk.warnings:
            _log.warning("%s", warning)
        model = await stack.enter_async_context(_open_model(settings))
        caps = Caps(settings.max_runs, settings.max_searches, settings.max_agents, settings.run_time_limit_s)
        yield await stack.enter_async_context(
            RunService(known, splunk, agent=model.agent, writer=model.writer, caps=caps)
        )


@contextlib.asynccontextmanager
async def _open_model(settings: Settings) -> AsyncIterator[Model]:
    if settings.openai_model is None:
        yield Model()
        return
    # Importing openai-agents takes seconds; whoever runs without a model does not pay for it.
    from bot.agent.model import open_model  # noqa: PLC0415 - see above
    from bot.agent.summary_writer import OpenAISummaryWriter  # noqa: PLC0415 - see above
    from bot.agent.task_agent import OpenAITaskAgent  # noqa: PLC0415 - see above

    async with open_model(model_access(settings)) as model:
        yield Model(OpenAITaskAgent(model), OpenAISummaryWriter(model))


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
    )


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
        http_host=settings.http_host,
        http_port=settings.http_port,
    )


@contextlib.asynccontextmanager
async def open_store(settings: Settings, *, serving: bool = False) -> AsyncIterator[RunStore]:
    """Open where runs are kept, brought up to date. Raises SettingsError and StoreError.

    *serving* goes on with runs that a dead process left, which only one process may do on a SQLite file.
    """
    # SQLAlchemy takes a second to import; whoever keeps nothing does not pay for it.
    from bot.store.database import database_url  # noqa: PLC0415 - see above
    from bot.store.lock import only_server  # noqa: PLC0415 - see above
    from bot.store.runs import open_runs_store  # noqa: PLC0415 - see above

    given = settings.database_url.get_secret_value() if settings.database_url else None
    url = database_url(given, settings.data_dir)
    with only_server(url) if serving else contextlib.nullcontext():
        async with open_runs_store(url) as store:
            yield store


@contextlib.asynccontextmanager
async def open_app(
    settings: Settings, workflows: Mapping[str, WorkflowDefinition] | None = None, pace: Pace | None = None
) -> AsyncIterator[SlackServer]:
    """Open everything: the store, Splunk, the model, and Slack last, so that nothing is taken before it can be done."""
    access = slack_access(settings)
    async with (
        open_store(settings, serving=True) as store,
        open_runs(settings, workflows) as runs,
        open_slack(access, runs, store, pace) as slack,
    ):
        yield slack
