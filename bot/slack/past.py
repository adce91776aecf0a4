"""Looking back into a channel or a thread for something of our own, after its answer got lost."""

from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.patience import Patience
from bot.slack.turns import Rank, Turns

CLOCKS_DIFFER_S = 86_400  # how far our clock and Slack's may be apart
PAGE, PAGES = 200, 10  # messages looked through for one of ours


class Past:
    """Reads what was said, as far as the bot's scopes let it."""

    def __init__(self, client: AsyncWebClient, turns: Turns, patience: Patience) -> None:
        self._client = client
        self._turns = turns
        self._patience = patience

    async def find(
        self, channel: str, thread_ts: str | None, since: float, is_wanted: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any] | None:
        """Return the first message that is wanted, None if there is none. Raises SlackFault, also if we may not look.

        *since* is our clock's, in epoch seconds.
        """
        asked: dict[str, Any] = {"channel": channel, "oldest": f"{since - CLOCKS_DIFFER_S:.6f}", "limit": PAGE}
        if thread_ts is not None:
            asked["ts"] = thread_ts
        method = "conversations.history" if thread_ts is None else "conversations.replies"
        look = self._client.conversations_history if thread_ts is None else self._client.conversations_replies
        for _ in range(PAGES):
            await self._turns.wait(method, channel, Rank.POST)
            answer = await self._patience.held(method, look(**asked, include_all_metadata=True))
            for message in answer.get("messages") or []:
                if is_wanted(message):
                    return dict(message)
            asked["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                break
        return None
