"""What the settings say, in each door's own words. Opens nothing."""

from bot.agent.access import ModelAccess
from bot.agent.meter import Meter
from bot.domain.spending import Budget, Price
from bot.engine.caps import Caps
from bot.errors import SettingsError
from bot.ports import RunStore
from bot.safety.privacy import Privacy
from bot.settings import Settings
from bot.slack.access import SlackAccess
from bot.splunk.access import SplunkAccess


def splunk_accesses(settings: Settings) -> dict[str, SplunkAccess]:
    """Return how to reach each Splunk, the default first. Raises SettingsError when the settings name none."""
    if not settings.splunks:
        raise SettingsError(
            "SPLUNK_URL is not set. Set it to Splunk's management address, such as https://splunk.example.com:8089, "
            "with SPLUNK_TOKEN; or try it without Splunk: troubleshooter demo"
        )
    return {name: splunk_access(settings, name) for name in settings.splunks}


def splunk_access(settings: Settings, name: str) -> SplunkAccess:
    """Return how to reach the Splunk *name*. Raises SettingsError without credentials."""
    one = settings.splunks[name]
    return SplunkAccess(
        url=one.url,
        deployment=name if name in settings.deployments else None,
        token=one.token,
        username=one.username,
        password=one.password,
        ca_file=one.ca_file,
        verify_tls=one.verify_tls,
        web_url=one.web_url,
        app=one.app,
        privacy=privacy_of(settings),
    )


def privacy_of(settings: Settings) -> Privacy:
    return Privacy(emails=settings.mask_emails, names=settings.mask_names)


def caps_of(settings: Settings) -> Caps:
    return Caps(
        runs=settings.max_runs,
        searches=settings.max_searches,
        agents=settings.max_agents,
        run_time_limit_s=settings.run_time_limit_s,
        model_indexes=tuple(settings.model_indexes) or None,
    )


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
        max_output_tokens=settings.openai_max_output_tokens,
        price=_price(settings),
        traces_to_openai=settings.openai_traces,
        privacy=privacy_of(settings),
    )


def _price(settings: Settings) -> Price | None:
    if settings.openai_price_input is None or settings.openai_price_output is None:
        return None
    currency = settings.openai_price_currency
    return Price(of_input=settings.openai_price_input, of_output=settings.openai_price_output, currency=currency)


def meter_of(settings: Settings, store: RunStore | None) -> Meter:
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


def is_shared(settings: Settings) -> bool:
    """Say whether several processes share the runs."""
    return settings.database_url is not None and settings.database_url.get_secret_value().startswith("postgres")
