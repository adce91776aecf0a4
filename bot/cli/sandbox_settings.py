"""Settings of a bot that lives in the sandboxes."""

from bot.errors import UsageError
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.splunk import SandboxSplunk
from bot.settings import Settings, given_settings, read_settings

COMMAND = "/troubleshoot"


def sandbox_settings(slack: SandboxSlack, splunk: SandboxSplunk, **also: object) -> Settings:
    """Return settings that know only the sandboxes and *also*, whatever the environment holds."""
    return given_settings(
        slack_bot_token=slack.bot_token,
        slack_app_token=slack.app_token,
        slack_api_url=slack.url,
        slack_command=COMMAND,
        splunk_url=splunk.url,
        splunk_token="sandbox-token",  # noqa: S106 - opens nothing but the sandbox
        **also,
    )


def model_settings(name: str | None = None) -> dict[str, object]:
    """Return the environment's settings of the language model, with *name* in place of its own.

    Raises SettingsError, and UsageError where no model is named.
    """
    settings = read_settings(**({"openai_model": name} if name else {}))
    if settings.openai_model is None:
        raise UsageError("--model wants OPENAI_MODEL set, and OPENAI_BASE_URL or OPENAI_API_KEY: see .env.sample.")
    told = settings.model_dump()
    return {key: told[key] for key in told if key.startswith("openai_") and told[key] is not None}
