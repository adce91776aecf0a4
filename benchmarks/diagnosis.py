"""The diagnosis: every shipped scenario, evaluated by rules alone over loopback HTTP, as `troubleshooter eval` does.

Seconds are of the whole run, the sandbox Splunk's own evaluation of the searches included; peak memory is the
process's, sandbox and interpreter included.
"""

import asyncio
import resource
import statistics
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

from benchmarks.figures import arguments, show
from bot.engine.loader import load_workflows
from bot.evals.run import evaluate
from bot.evals.scores import Totals
from bot.sandbox.scenario import load_scenario, scenario_names

WORKFLOWS = Path(__file__).parent.parent / "workflows"
_KIB_A_UNIT = 1 if sys.platform != "darwin" else 1 / 1024  # ru_maxrss counts KiB, on macOS bytes (getrusage(2))


def peak_mib() -> float:
    """Return the most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB_A_UNIT / 1024


def figures(scored: Totals, before_mib: float) -> tuple[dict[str, str], dict[str, float]]:
    """Return the raw numbers for people, and the line for machines."""
    seconds = [one.seconds for one in scored.scenarios if one.error is None]
    searches = [one.searches for one in scored.scenarios if one.error is None]
    raw = {f"{one.scenario}": f"{one.seconds:.2f} s, {one.searches} searches" for one in scored.scenarios}
    raw["all"] = f"{len(seconds)} runs, {scored.errors} broke, {scored.scanned_events} events read"
    raw["peak memory"] = f"{peak_mib():.0f} MiB, {before_mib:.0f} MiB of it before the first run"
    line = {
        "scenarios": len(scored.scenarios),
        "seconds_median": round(statistics.median(seconds), 3),
        "seconds_max": round(max(seconds), 3),
        "searches_median": statistics.median(searches),
        "searches_max": max(searches),
        "peak_mib": round(peak_mib(), 1),
        "root_cause_top1": scored.root_cause_top1,
        "errors": scored.errors,
    }
    return raw, line


def main() -> None:
    """Measure, and print."""
    options = arguments(__doc__)
    scenarios = [load_scenario(name) for name in scenario_names()]
    workflows = load_workflows(WORKFLOWS)
    before_mib = peak_mib()
    scored = asyncio.run(evaluate(scenarios, workflows))
    show(options, *figures(scored, before_mib))


if __name__ == "__main__":
    main()
