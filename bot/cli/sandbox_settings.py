"""Settings of a bot that lives in the sandboxes."""

from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.splunk import SandboxSplunk
from bot.settings import Settings, given_settings

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
