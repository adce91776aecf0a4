"""The edges as the engine sees them. Each has two implementations, and its docstring names both."""

from bot.ports.keeping import DayBook, Journal, RunStore, Wanted
from bot.ports.models import FollowUpBrief, SummaryBrief, SummaryWriter, TaskAgent, TaskBrief
from bot.ports.observing import Observer
from bot.ports.searching import AgentSearch, LogSearch, ProbeRows

__all__ = [
    "AgentSearch",
    "DayBook",
    "FollowUpBrief",
    "Journal",
    "LogSearch",
    "Observer",
    "ProbeRows",
    "RunStore",
    "SummaryBrief",
    "SummaryWriter",
    "TaskAgent",
    "TaskBrief",
    "Wanted",
]
