"""response_url: five answers within thirty minutes, shown where the command or press came from, joined or not."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.chat import checked_blocks
from bot.sandbox.slack.errors import SlackRefusal
from bot.sandbox.slack.workspace import Message, Workspace

USES_AT_MOST = 5  # Source: docs.slack.dev/interactivity/handling-user-interaction#message_responses
LIVES_S = 30 * 60.0


@dataclass(slots=True)
class ResponseUrl:
    channel: str
    user: str
    ends: float
    origin: Message | None
    uses: int = 0


class ResponseUrls:
    def __init__(self, workspace: Workspace) -> None:
        self.base_url = ""
        self._workspace = workspace
        self._known: dict[str, ResponseUrl] = {}

    def new(self, channel: str, user: str, origin: Message | None = None) -> str:
        key = self._workspace.new_id("R")
        self._known[key] = ResponseUrl(channel, user, self._workspace.now() + LIVES_S, origin)
        return f"{self.base_url}/response/{key}"

    def use(self, key: str, body: Any) -> None:
        """Show what was sent, or raise the refusal (404 for a URL that is used up, too old or unknown)."""
        known = self._known.get(key)
        if known is None:
            raise SlackRefusal("no_service", status=404)
        if self._workspace.now() > known.ends:
            raise SlackRefusal("expired_url", status=404)
        if known.uses >= USES_AT_MOST:
            raise SlackRefusal("used_url", status=404)
        show(self._workspace, body, known.channel, known.user, known.origin)
        known.uses += 1


def show(workspace: Workspace, body: Any, channel: str, user: str, origin: Message | None = None) -> None:
    """Make an answer visible: ephemeral unless it says in_channel; it may replace or delete the pressed message."""
    if not isinstance(body, dict):
        raise SlackRefusal("invalid_payload", status=400)
    if origin is not None and body.get("delete_original"):
        origin.deleted = True
        return
    text = str(body.get("text") or "")
    try:
        blocks = checked_blocks(body.get("blocks"))
    except SlackRefusal as refusal:
        raise SlackRefusal(refusal.code, status=400, **refusal.fields) from refusal
    if not (text or blocks or body.get("attachments")):
        raise SlackRefusal("no_text", status=400)
    if origin is not None and body.get("replace_original"):
        workspace.edit(origin, text, blocks)
        return
    everyone = body.get("response_type") == "in_channel"
    workspace.post(
        channel,
        workspace.bot.id,
        text,
        blocks=blocks,
        bot_id=workspace.bot_id,
        seen_only_by=None if everyone else user,
        thread_ts=body.get("thread_ts") if everyone else None,
    )
