"""How quickly the command line starts, against `python -c "import pydantic, yaml"`: at most three times as long.

Bytecode is cached, as after any first start. Also lists which heavy packages `--help` and `plan` import; there must
be none.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

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


def run(code: str, cache: str) -> tuple[float, str]:
    """Run *code* in a fresh interpreter that keeps bytecode in *cache*; return the seconds and its standard error."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=environment | {"PYTHONPYCACHEPREFIX": cache},
    )
    return time.perf_counter() - started, done.stderr


def heavy_imports(code: str, cache: str) -> list[str]:
    """Return the heavy packages that *code* imports."""
    _, said = run(code + LIST.format(heavy=HEAVY), cache)
    return [name for name in said.strip().splitlines()[-1:] for name in name.split(",") if name]


def main() -> None:
    """Measure, and print."""
    options = arguments(__doc__)
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as cache:
        heavy = sorted({name for command in ("help", "plan") for name in heavy_imports(COMMANDS[command], cache)})
        run(COMMANDS["baseline"], cache)
        for _ in range(ROUNDS):
            for name, code in COMMANDS.items():
                taken[name].append(run(code, cache)[0])
    medians = {name: statistics.median(of) for name, of in taken.items()}
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
