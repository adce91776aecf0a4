"""The SPL guard's throughput on the shipped searches, against a plain regex tokenizer in the same run: within 3 times.

The tokenizer tells the kind, text and place of each string, pipe, bracket and word, as any lexer on `re` would; the
guard also knows commands from arguments, in subsearches too, and decides.
"""

import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import arguments, show
from bot.domain.workflow import DEFAULT_WINDOW
from bot.engine.loader import load_workflows
from bot.safety.spl import check, sendable
from bot.safety.values import fill

WORKFLOWS = Path(__file__).parent.parent / "workflows"
NAMED = {"index": "web", "sourcetype": "access_combined", "host": "fwd01", "source": "/var/log/a.log", **DEFAULT_WINDOW}
ROUNDS = 15  # ours and the tokenizer in turn, so that a busy machine slows both alike
_TOKEN = re.compile(
    r'(?P<quoted>"(?:\\.|[^"\\])*"|\'[^\']*\')|(?P<pipe>\|)|(?P<bracket>[\[\]()])|(?P<sign>[=,<>!])|(?P<word>[^\s|\[\]()=,<>!"\']+)'
)


def shipped_searches() -> list[str]:
    """Return every search of the shipped workflows once, filled in and as it is sent."""
    probes = [
        probe
        for workflow in load_workflows(WORKFLOWS).values()
        for task in workflow.tasks
        for probe in task.probes.values()
    ]
    return list(dict.fromkeys(sendable(fill(probe.spl, NAMED)) for probe in probes))


def tokenized(spl: str) -> None:
    """Cut *spl* into tokens, and judge nothing."""
    list(map(_token, _TOKEN.finditer(spl)))


def _token(match: re.Match[str]) -> tuple[str | None, str, int]:
    return match.lastgroup, match[0], match.start()


def a_second(work: Callable[[str], None], searches: list[str]) -> float:
    """Return how many searches *work* does a second, once through all of them."""
    started = time.perf_counter()
    for spl in searches:
        work(spl)
    return len(searches) / (time.perf_counter() - started)


def main() -> None:
    """Measure, and print."""
    options = arguments(__doc__)
    searches = shipped_searches()
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(a_second(check, searches))
        plain.append(a_second(tokenized, searches))
    guard, tokenizer = statistics.median(ours), statistics.median(plain)
    characters = sum(map(len, searches)) / len(searches)
    raw = {
        "searches": f"{len(searches)} shipped, {characters:.0f} characters on average",
        "guard": f"{guard:.0f} searches a second (median of {ROUNDS})",
        "plain tokenizer": f"{tokenizer:.0f} searches a second (median of {ROUNDS})",
    }
    line = {
        "guard_per_s": round(guard),
        "tokenizer_per_s": round(tokenizer),
        "tokenizer_vs_guard": round(tokenizer / guard, 2),
    }
    show(options, raw, line)


if __name__ == "__main__":
    main()
