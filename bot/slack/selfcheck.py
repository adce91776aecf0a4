"""Whether Slack will let the bot work: for `check --online`. Asks only what changes nothing."""

import asyncio
import json
from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.frozen import Frozen
from bot.errors import SlackError
from bot.slack.access import SlackAccess
from bot.slack.connection import Identity, open_client, socket_url, who_are_we
from bot.slack.faults import VENDOR_ERRORS, translate
from bot.slack.plan_blocks import STATUSES
from bot.slack.samples import sample_messages
from bot.slack.status_blocks import DrawStatus
from bot.slack.turns import Pause

NEEDED = {
    "app_mentions:read": "hearing @mentions",
    "chat:write": "posting and editing its messages",
    "commands": "the slash command",
}
USEFUL = {
    "channels:history": "finding its own message again when Slack's answer got lost, so that nothing is posted twice",
    "chat:write.public": "answering in public channels that it was not invited to",
    "files:write": "full report attached to its thread as a file",
    "groups:history": "the same as channels:history, in private channels",
    "users:read": 'reading "since 10:15" in the time zone of the one who wrote it, and telling guests from members',
}
OF_GROUPS = {"usergroups:read": "knowing who is in the user groups of the settings file, which let nobody in then"}


class SlackSelfCheck(Frozen):
    """What `check --online` says about Slack: problems stop the bot, warnings cost comfort."""

    team: str | None = None
    user_name: str | None = None
    scopes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


WAITS_S = (1.0, 2.0)  # whoever checks stands by; what needs longer is worth saying


async def check_slack(access: SlackAccess, pause: Pause = asyncio.sleep) -> SlackSelfCheck:
    """Try the tokens, the scopes, Socket Mode and our messages' blocks. Raises nothing of Slack's."""
    async with open_client(access) as client:
        try:
            identity = await who_are_we(client, pause, WAITS_S)
        except SlackError as error:
            return SlackSelfCheck(problems=(str(error),))
        missing, lacking = _scopes(identity, USEFUL | OF_GROUPS if access.permissions.groups else USEFUL)
        refused = await _socket_problems(access, client, pause)
        return SlackSelfCheck(
            team=identity.team,
            user_name=identity.user_name,
            scopes=tuple(sorted(identity.scopes)),
            problems=(*missing, *refused),
            warnings=(*lacking, *await _block_warnings(client, STATUSES[access.status])),
            facts=(f"The bot is {identity.user_name} in the workspace {identity.team}.", _way_in(access)),
        )


def _scopes(identity: Identity, useful: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return what is missing, and what would be useful; nothing when Slack did not name the scopes."""
    if not identity.scopes:
        return [], ["Slack did not say which scopes the token has."]
    how = "Add the scope under OAuth & Permissions and reinstall the app."
    missing = [f"The scope {s} is missing, for {why}. {how}" for s, why in NEEDED.items() if s not in identity.scopes]
    lacking = [f"Without the scope {s} there is no {why}." for s, why in useful.items() if s not in identity.scopes]
    return missing, lacking


def _way_in(access: SlackAccess) -> str:
    if access.app_token is not None:
        return "Slack reaches the bot over Socket Mode; no port is opened."
    return f"Slack reaches the bot over HTTP: POST /slack/events on {access.http_host}:{access.http_port}."


async def _socket_problems(access: SlackAccess, client: AsyncWebClient, pause: Pause) -> list[str]:
    if access.app_token is None:
        secret = "Set SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode."  # noqa: S105 - advice, no secret
        return [] if access.signing_secret else [secret]
    try:
        await socket_url(client, access.app_token.get_secret_value(), pause, WAITS_S)
    except SlackError as error:
        return [str(error)]
    return []


async def _block_warnings(client: AsyncWebClient, draw_status: DrawStatus) -> list[str]:
    """Have Slack validate sample messages: blocks.validate is public and posts nothing.

    Sent as a form: slack_sdk's own method puts the blocks into the URL, where long ones do not fit.
    """
    warnings = []
    for name, message in sample_messages(draw_status).items():
        try:
            await client.api_call("blocks.validate", data={"blocks": json.dumps(message.blocks)})
        except VENDOR_ERRORS as error:
            fault = translate(error)
            said = "blocks.validate is not to be had here" if fault.code == "unknown_method" else str(fault)
            warnings.append(
                f"Slack could not be asked about the {name} message's blocks, or does not take them: {said}"
            )
    return warnings
