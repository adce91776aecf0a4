"""What the listeners share: reading what was asked, and either starting a run or answering the one who asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.domain.run import RunRequest
from bot.engine.service import NeedsChoice, PreparedRun, RunService
from bot.errors import UnknownWorkflow
from bot.slack.asking import Ask
from bot.slack.blocks import Message, message, paragraph, person, rich, words
from bot.slack.choices import choice_message, help_message, known
from bot.slack.people import People
from bot.slack.place import Place, Tell
from bot.slack.threads import SlackThreads
from bot.slack.writer import SlackWriter


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a listener needs; Bolt hands it to each as `desk`."""

    runs: RunService
    threads: SlackThreads
    writer: SlackWriter
    people: People
    command: str
    bot_user_id: str

    async def serve(
        self,
        ask: Ask,
        asker: Place,
        dedupe_key: str,
        tell: Tell,
        open_place: Callable[[PreparedRun], Awaitable[Place]],
    ) -> bool:
        """Start what *ask* means where *open_place* says; help and choices go to *tell*, and False comes back.

        *asker* has no thread yet when a command asked. Raises BotError.
        """
        thread_ts = asker.thread_ts or None
        if ask.help:
            await tell(help_message(self.runs.workflows, self.command, thread_ts))
            return False
        request = RunRequest(
            problem=ask.problem,
            workflow=ask.workflow,
            requested_by=asker.user,
            dedupe_key=dedupe_key,
            time_zone=await self.people.time_zone(asker.user),
        )
        try:
            prepared = await self.runs.prepare(request)
        except NeedsChoice as error:
            await tell(choice_message(str(error), error.choices, ask.problem, self.command, thread_ts))
        except UnknownWorkflow as error:
            choices = known(self.runs.workflows)
            await tell(choice_message(str(error), choices, ask.problem, self.command, thread_ts))
        else:
            await self.threads.start(prepared, await open_place(prepared))
            return True
        return False

    async def open_root(self, prepared: PreparedRun, asker: Place) -> Place:
        """Post who asked what, as the root of a new thread. Raises SlackError."""
        ts = await self.writer.post(asker.channel, _root(prepared, asker.user))
        return replace(asker, thread_ts=ts)


def _root(prepared: PreparedRun, user: str) -> Message:
    asked = prepared.problem.text
    blocks = [rich(paragraph(person(user), words(" asks: "), words(asked)))]
    return message(f"Asked: {asked}", blocks)
