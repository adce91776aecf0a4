"""`troubleshooter manifest`: the Slack app to create, for the way in and the command that were chosen."""

import argparse
import re
from pathlib import Path

from bot.errors import SettingsError, UsageError

_CHECKOUT = Path(__file__).parents[2] / "manifest.yml"
_PACKAGED = Path(__file__).parents[1] / "manifest.yml"
_EVENTS_PATH = "/slack/events"
_NAME = re.compile(r"/[a-z0-9_-]{1,31}")  # docs.slack.dev, app manifest reference: a command has up to 32 characters
_ADDRESS = re.compile(r"(?:https://)?(?P<host>[A-Za-z0-9.-]+(?::[0-9]+)?)(?P<path>(?:/[A-Za-z0-9._~-]+)*)/?")

_AGENT_FEATURES = """\
  app_home:
    messages_tab_enabled: true # where people write to it
    messages_tab_read_only_enabled: false
  agent_view:
    agent_description: Say what you see, and it finds out what is wrong with Splunk. It only reads.
    suggested_prompts:
      - title: Data is missing
        message: no events in index=main since 10:15
      - title: Searches are slow
        message: dashboards are slow
      - title: Is Splunk well?
        message: is splunk ok\
"""
_AGENT_SCOPES = """\
      - assistant:write # Slack asks it of every agent
      - im:history # hears what people write to it directly\
"""
_AGENT_EVENTS = """\
      - message.im # what people write to it directly
      - agent_session_stopped # Slack's own Stop button\
"""


def command(arguments: argparse.Namespace) -> int:
    """Print the manifest; it is YAML, as https://api.slack.com/apps takes it."""
    text = shipped()
    if arguments.name is not None:
        text = with_command(text, arguments.name)
    if arguments.agent:
        text = as_agent(text)
    if arguments.http is not None:
        text = over_http(text, arguments.http)
    print(text, end="")
    return 0


def shipped() -> str:
    """Return manifest.yml as it is shipped. Raises SettingsError."""
    try:
        return (_PACKAGED if _PACKAGED.is_file() else _CHECKOUT).read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"The manifest is missing from this installation; install it again. ({error})") from error


def with_command(text: str, name: str) -> str:
    """Return the manifest for a slash command of another *name*. Raises UsageError."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"{name!r} cannot be a slash command: a slash and up to 31 small letters, digits, - and _, "
            "such as /splunk-troubleshoot."
        )
    return _changed(text, r"( *- command:).*", rf"\1 {name} # set SLACK_COMMAND={name} too")


def as_agent(text: str) -> str:
    """Return the manifest of an app that is an agent too, which Slack does not let it cease to be.

    Source: docs.slack.dev/ai/developing-agents and the app manifest reference, agent_view.
    """
    text = _changed(text, r"( *always_online: true)", rf"\1\n{_AGENT_FEATURES}")
    text = _changed(text, r"( *- app_mentions:read.*)", rf"\1\n{_AGENT_SCOPES}")
    return _changed(text, r"( *- app_mention) #.*", rf"\1 # in channels it hears mentions only\n{_AGENT_EVENTS}")


def over_http(text: str, url: str) -> str:
    """Return the manifest for signed requests to *url*, a host or the whole address. Raises UsageError."""
    read = _ADDRESS.fullmatch(url)
    if read is None:
        raise UsageError(f"{url!r} is no address that Slack can send to: say it as https://bot.example.com.")
    address = f"https://{read['host']}{read['path'] or _EVENTS_PATH}"
    text = _changed(text, r"# It is for Socket Mode.*\n#.*", f"# It is for requests over HTTP to {address}")
    text = _changed(text, r"( *)(- command:.*)", rf"\1\2\n\1  url: {address}")
    text = _changed(text, r"( *)((?:event_subscriptions|interactivity):.*)", rf"\1\2\n\1  request_url: {address}")
    return _changed(text, r"( *socket_mode_enabled:) true", r"\1 false")


def _changed(text: str, line: str, becomes: str) -> str:
    """Change the lines that are like *line*, and leave every other as it is, comments and all."""
    changed, count = re.subn(rf"^{line}$", becomes, text, flags=re.MULTILINE)
    if not count:
        raise SettingsError(f"The manifest of this installation has no line like {line!r}; install it again.")
    return changed
