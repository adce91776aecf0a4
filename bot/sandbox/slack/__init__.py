"""A Slack to run the bot against, without Slack: real HTTP and WebSockets on this machine, Slack's rules enforced."""

from bot.sandbox.slack.block_rules import problems
from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.courier import NobodyListens
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.server import SandboxSlack
from bot.sandbox.slack.workspace import Channel, Message, User, Version, Workspace

__all__ = [
    "Call",
    "Channel",
    "Delivery",
    "Message",
    "NobodyListens",
    "SandboxSlack",
    "User",
    "Version",
    "Workspace",
    "problems",
]
