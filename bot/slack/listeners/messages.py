"""All that we do not listen to: acknowledged and left alone, or Slack would send it again.

Bolt answers what nobody listens to with 404, and over Socket Mode not at all; Slack takes either for a failure.
"""

import re

from slack_bolt.async_app import AsyncAck, AsyncApp

_ANYTHING = re.compile(r".*", re.DOTALL)


def register(app: AsyncApp) -> None:
    """Listen to the rest; to be registered last, for the first listener that matches wins."""
    app.event(_ANYTHING)(handle_other)
    app.action(_ANYTHING)(handle_other)
    app.command(_ANYTHING)(handle_other)
    app.shortcut(_ANYTHING)(handle_other)
    app.options(_ANYTHING)(handle_other)
    app.view(_ANYTHING)(handle_other)
    app.view_closed(_ANYTHING)(handle_other)


async def handle_other(ack: AsyncAck) -> None:
    await ack()
