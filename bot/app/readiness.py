"""What can be known of the settings without a network, and would stop the bot. Opens nothing."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import PackageNotFoundError, distribution

from bot.app.accesses import is_shared, slack_access, splunk_access, splunk_accesses
from bot.app.keeping import database_of
from bot.errors import SettingsError
from bot.settings import Settings
from bot.settings.faults import OPENAI, is_openai
from bot.slack.access import misplaced

_EXTRAS = {
    "postgresql": ("DATABASE_URL with PostgreSQL", "procrastinate"),
    "otlp": ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry-exporter-otlp-proto-http"),
}


def ready(settings: Settings) -> Settings:
    """Return *settings* that the bot can serve with. Raises SettingsError that names all that is in the way."""
    slack = (*missing_tokens(settings), *misplaced_tokens(settings))
    faults = (*slack, *splunk_faults(settings), *store_faults(settings), *extra_faults(settings))
    if faults:
        raise SettingsError(*faults)
    return settings


def missing_tokens(settings: Settings) -> Iterator[str]:
    """Yield which of Slack's tokens are missing."""
    yield from _refusals(lambda: slack_access(settings))


def misplaced_tokens(settings: Settings) -> Iterator[str]:
    """Yield what is wrong of Slack's tokens, as far as there are any."""
    yield from misplaced(settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)


def splunk_faults(settings: Settings) -> Iterator[str]:
    """Yield what is missing or wrong of each Splunk: no credentials, a CA file that cannot be used."""
    if not settings.splunks:
        yield from _refusals(lambda: splunk_accesses(settings))
    for name in settings.splunks:
        yield from _refusals(partial(_trust, settings, name))


def _trust(settings: Settings, name: str) -> None:
    splunk_access(settings, name).tls()


def splunk_warnings(settings: Settings) -> Iterator[str]:
    """Yield what is allowed of each Splunk, but should be known."""
    for name in settings.splunks:
        with contextlib.suppress(SettingsError):  # which splunk_faults tells
            yield from splunk_access(settings, name).warnings


def model_warnings(settings: Settings) -> Iterator[str]:
    """Yield what keeps a model from answering, and so costs its part of a report."""
    if settings.openai_model and settings.openai_api_key is None and is_openai(settings):
        yield f"OPENAI_API_KEY is not set: {OPENAI} answers nobody without one."


def store_faults(settings: Settings) -> Iterator[str]:
    """Yield what is wrong with DATABASE_URL. Only who sets it waits for SQLAlchemy."""
    if settings.database_url:
        yield from _refusals(lambda: database_of(settings))


def extra_faults(settings: Settings) -> Iterator[str]:
    """Yield which optional parts the settings ask for that are not installed."""
    wanted = {"postgresql": is_shared(settings), "otlp": settings.traces_endpoint is not None}
    for extra, (setting, package) in _EXTRAS.items():
        if wanted[extra] and not _is_installed(package):
            yield f"{setting} needs the extra: pip install 'troubleshooter[{extra}]'."


def _is_installed(package: str) -> bool:
    try:
        return bool(distribution(package))
    except PackageNotFoundError:
        return False


def _refusals(look: Callable[[], object]) -> Iterator[str]:
    try:
        look()
    except SettingsError as error:
        yield from error.problems
