"""Agents against a scripted endpoint over loopback, which is a process of its own: how many a second, at what cost.

Each agent reads a check of two rows, calls a tool, and answers. How many a second is measured with an endpoint that
answers at once. Then 20 agents run without a pause (the bot's own default is 4 at once) on one that takes half a second
to two for each answer, as models do; meanwhile the event loop's lag is measured, and how long a slash command waits for
its acknowledgement: the 99th percentile must stay under 200 ms. What the model is sent for a probe of 10,000 rows is
counted in bytes.
"""

import argparse
import asyncio
import contextlib
import logging
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import parser, show
from benchmarks.slack import a_bot, ask
from bot.agent.model import open_model
from bot.agent.task_agent import OpenAITaskAgent
from bot.summary.tool import ignore
from tests.agent.briefs import GOOD, access, brief, rows
from tests.fakes import FakeLook
from tests.openai_server import Asked, FakeOpenAI, Reply, tool_call

AT_ONCE = 20
TICK_S = 0.005
LONGEST_ANSWER_S = 2.0
BETWEEN_COMMANDS_S = 0.25
GOAL_ACK_MS = 200
SLACK_WAITS_S = 3.0


async def serve(most_s: float) -> None:
    """Be the endpoint until the parent closes our input; each answer takes up to *most_s*."""
    chance = random.Random(7)

    async def script(asked: Asked) -> Reply:
        """Call a tool first, and then answer."""
        await asyncio.sleep(chance.uniform(most_s / 4, most_s))
        return GOOD if len(asked.messages) > 1 else tool_call("list_indexes")

    async with FakeOpenAI(script) as server:
        print(server.base_url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextlib.asynccontextmanager
async def an_endpoint(most_s: float) -> AsyncIterator[str]:
    """Yield the address of an endpoint whose own work is not ours."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--serve", str(most_s), stdin=pipe, stdout=pipe
    )
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("both are pipes")
    try:
        yield (await child.stdout.readline()).decode().strip()
    finally:
        child.stdin.close()
        await child.wait()


async def rate(base_url: str, agents: int) -> tuple[float, float]:
    """Return how many agents a second read their check, `AT_ONCE` at any time, and the seconds of our CPU for each."""
    waiting = iter(range(agents))
    async with open_model(access(base_url)) as model:
        agent = OpenAITaskAgent(model)

        async def work() -> None:
            for _ in waiting:
                await agent.interpret(brief(look=FakeLook()), ignore)

        await agent.interpret(brief(look=FakeLook()), ignore)  # the first pays for what is made once
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return agents / (time.perf_counter() - began), (time.process_time() - cpu) / agents


async def lag(late_s: list[float]) -> None:
    """Note how late the loop comes back from each short sleep."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK_S)
        late_s.append(time.perf_counter() - began - TICK_S)


async def acknowledge(commands: int) -> tuple[list[float], list[float]]:
    """Send *commands* one after the other; return the seconds until each was acknowledged, and the loop's lags."""
    late_s: list[float] = []
    async with a_bot(4, AT_ONCE) as (slack, _):
        ticking = asyncio.create_task(lag(late_s))
        acks = []
        for number in range(commands):
            acks.append(await ask(slack, number, AT_ONCE))
            await asyncio.sleep(BETWEEN_COMMANDS_S)
        ticking.cancel()
    return acknowledged(acks), late_s


async def beside(base_url: str, commands: int) -> tuple[list[float], list[float]]:
    """Do the same while `AT_ONCE` agents run without a pause."""
    async with open_model(access(base_url)) as model:
        agent = OpenAITaskAgent(model)

        async def work() -> None:
            while True:
                await agent.interpret(brief(look=FakeLook()), ignore)

        async with asyncio.TaskGroup() as agents:
            working = [agents.create_task(work()) for _ in range(AT_ONCE)]
            measured = await acknowledge(commands)
            for each in working:
                each.cancel()
        return measured


async def bytes_sent(count: int) -> int:
    """Return how many bytes a model is sent to read a probe of *count* rows."""
    async with FakeOpenAI([GOOD]) as server, open_model(access(server.base_url)) as model:
        await OpenAITaskAgent(model).interpret(brief(given=rows(count)), ignore)
    return int(server.requests[0].headers["Content-Length"])


def acknowledged(seconds: Sequence[float]) -> list[float]:
    """Take what was never acknowledged for as late as Slack waits."""
    return [min(each, SLACK_WAITS_S) for each in seconds]


def p99_ms(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98] * 1000


async def measure(given: argparse.Namespace) -> None:
    agents, commands = given.agents, given.commands
    async with an_endpoint(0) as base_url:
        a_second, cpu_s = await rate(base_url, agents)
    quiet_acks, quiet_late = await acknowledge(commands)
    async with an_endpoint(LONGEST_ANSWER_S) as base_url:
        acks, late = await beside(base_url, commands)
    sent = {count: await bytes_sent(count) for count in (2, 10_000)}
    kept = p99_ms(acks) < GOAL_ACK_MS
    show(
        given,
        {
            "agents": f"{agents}, {AT_ONCE} at once, two requests each: {a_second:.1f} a second",
            "this process's CPU": f"{cpu_s * 1000:.0f} ms an agent",
            "event loop's lag, p99": f"{p99_ms(late):.0f} ms; {p99_ms(quiet_late):.0f} ms without agents",
            "a command's acknowledgement, p99": f"{p99_ms(acks):.0f} ms; {p99_ms(quiet_acks):.0f} ms without agents",
            "goal": f"under {GOAL_ACK_MS} ms: {'kept' if kept else 'missed'}",
            "bytes sent to the model": "; ".join(f"{size:,} for {count:,} rows" for count, size in sent.items()),
        },
        {
            "agents_per_s": round(a_second, 1),
            "cpu_ms_per_agent": round(cpu_s * 1000, 1),
            "loop_lag_p99_ms": round(p99_ms(late), 1),
            "ack_p99_ms": round(p99_ms(acks), 1),
            "ack_p99_quiet_ms": round(p99_ms(quiet_acks), 1),
            "bytes_for_10000_rows": sent[10_000],
        },
    )


def options() -> argparse.ArgumentParser:
    found = parser(__doc__)
    found.add_argument("--agents", type=int, default=200)
    found.add_argument("--commands", type=int, default=60)
    found.add_argument("--serve", type=float, metavar="SECONDS", help=argparse.SUPPRESS)
    return found


if __name__ == "__main__":
    given = options().parse_args()
    logging.getLogger("bot.slack.threads").setLevel(logging.CRITICAL)  # runs are given up as the bot is closed
    asyncio.run(serve(given.serve) if given.serve is not None else measure(given))
