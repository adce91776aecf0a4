"""Every Web API method the sandbox knows, with the scopes that allow it and its rate tier."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack import chat, conversations, surroundings
from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.workspace import Workspace

TIER_2, TIER_3, TIER_4 = 20, 50, 100  # calls per minute. Source: docs.slack.dev/apis/web-api/rate-limits


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does; any one of *scopes* allows it, and *per_minute* None means no tier of its own."""

    run: Callable[[Workspace, Call], dict[str, Any]]
    scopes: tuple[str, ...] = ()
    per_minute: int | None = TIER_3
    public: bool = False


HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
WRITE = ("chat:write",)

METHODS: dict[str, Method] = {
    "api.test": Method(surroundings.api_test, per_minute=None, public=True),
    "assistant.threads.setStatus": Method(surroundings.set_status, ("chat:write", "assistant:write"), None),
    "auth.test": Method(surroundings.auth_test, per_minute=None),
    "blocks.validate": Method(chat.validate_blocks, per_minute=None, public=True),
    "bots.info": Method(surroundings.bots_info, ("users:read",)),
    "chat.delete": Method(chat.delete, WRITE),
    "chat.getPermalink": Method(chat.get_permalink, per_minute=None),
    "chat.postEphemeral": Method(chat.post_ephemeral, WRITE, TIER_4),
    "chat.postMessage": Method(chat.post_message, WRITE, None),
    "chat.update": Method(chat.update, WRITE),
    "conversations.history": Method(conversations.history, HISTORY),
    "conversations.info": Method(conversations.info, READ),
    "conversations.join": Method(conversations.join, ("channels:join",)),
    "conversations.list": Method(conversations.list_channels, READ, TIER_2),
    "conversations.members": Method(conversations.members, READ, TIER_4),
    "conversations.open": Method(conversations.open_conversation, ("im:write", "mpim:write")),
    "conversations.replies": Method(conversations.replies, HISTORY),
    "files.completeUploadExternal": Method(surroundings.complete_upload, ("files:write",), TIER_4),
    "files.getUploadURLExternal": Method(surroundings.get_upload_url, ("files:write",), TIER_4),
    "reactions.add": Method(surroundings.reactions_add, ("reactions:write",)),
    "team.info": Method(surroundings.team_info, ("team:read",)),
    "usergroups.list": Method(surroundings.usergroups_list, ("usergroups:read",), TIER_2),
    "usergroups.users.list": Method(surroundings.usergroups_users_list, ("usergroups:read",), TIER_2),
    "users.info": Method(surroundings.users_info, ("users:read",), TIER_4),
    "users.list": Method(surroundings.users_list, ("users:read",), TIER_2),
    "views.open": Method(surroundings.views_open, per_minute=TIER_4),
    "views.publish": Method(surroundings.views_publish, per_minute=TIER_4),
    "views.push": Method(surroundings.views_open, per_minute=TIER_4),
    "views.update": Method(surroundings.views_update, per_minute=TIER_4),
}

# What an installed bot usually holds; a test takes one away to see missing_scope, or adds files:write.
DEFAULT_SCOPES = frozenset(
    {
        *("app_mentions:read", "assistant:write", "chat:write", "chat:write.public", "commands"),
        *("channels:history", "groups:history", "im:history", "mpim:history", "channels:join", "im:write"),
        *("channels:read", "groups:read", "im:read", "mpim:read", "team:read", "usergroups:read", "users:read"),
        "reactions:write",
    }
)
