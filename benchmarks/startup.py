"""How quickly the command line starts, against `python -c "import pydantic, yaml"`: at most three times as long.

Also lists which heavy packages `--help` and `plan` import; there must be none.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.figures import arguments, show

ROUNDS = 7  # each command in turn, so that a busy machine slows all alike
HEAVY = ("agents", "openai", "slack_bolt", "slack_sdk", "sqlalchemy", "aiohttp", "rich")
CALL = "import sys; from bot.cli import main; sys.argv[1:] = {argv!r}\ntry: main()\nexcept SystemExit: pass\n"
LIST = "print(','.join(m for m in {heavy!r} if m in sys.modules), file=sys.stderr)"
COMMANDS = {
    "help": CALL.format(argv=["--help"]),
    "plan": CALL.format(argv=["plan", "missing_data"]),
    "baseline": "import pydantic, yaml",
}


def seconds(code: str) -> float:
    """Return how long a fresh interpreter takes for *code*."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603 - our own code
    return time.perf_counter() - started


def heavy_imports(code: str) -> list[str]:
    """Return the heavy packages that *code* imports."""
    probe = [sys.executable, "-c", code + LIST.format(heavy=HEAVY)]
    done = subprocess.run(probe, check=True, capture_output=True, text=True)  # noqa: S603 - our own code
    return [name for name in done.stderr.strip().splitlines()[-1:] for name in name.split(",") if name]


def main() -> None:
    """Measure, and print."""
    options = arguments(__doc__)
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, code in COMMANDS.items():
            taken[name].append(seconds(code))
    medians = {name: statistics.median(of) for name, of in taken.items()}
    heavy = sorted({name for command in ("help", "plan") for name in heavy_imports(COMMANDS[command])})
    raw = {name: f"{value * 1000:.0f} ms (median of {ROUNDS})" for name, value in medians.items()}
    raw["heavy imports"] = ", ".join(heavy) or "none"
    line = {
        "help_vs_baseline": round(medians["help"] / medians["baseline"], 2),
        "plan_vs_baseline": round(medians["plan"] / medians["baseline"], 2),
        "heavy_imports": len(heavy),
    }
    show(options, raw, line)


if __name__ == "__main__":
    main()
