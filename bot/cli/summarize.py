"""`troubleshooter summarize`: the report on results that were found earlier."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.evidence import Evidence
from bot.domain.report import Report, RootCause
from bot.domain.run import Run, TaskResult
from bot.errors import UsageError
from bot.safety.hidden import visible
from bot.summary.text import as_text
from bot.summary.tool import SummarizationTool

MOST_BYTES = 64 * 1024 * 1024  # a run's JSON is well under a megabyte


def command(arguments: argparse.Namespace) -> int:
    """Print the report, as text or JSON."""
    report = asyncio.run(_summarize(_read(arguments.results), arguments.problem))
    print(report.model_dump_json(indent=2, ensure_ascii=True) if arguments.json else visible(as_text(report)))
    return 0


def _read(name: str) -> Any:
    try:
        if name == "-":
            return json.loads(_came(sys.stdin.read(MOST_BYTES)))
        path = Path(name)
        if _is_output(path):
            lost = "" if path.stat().st_size else "; your shell has emptied it already"
            raise UsageError(f"{name} is also where the report would go{lost}. Let it go to another file.")
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{name} is larger than {MOST_BYTES // 1024 // 1024} MiB; that is no run of ours.")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
        raise UsageError(
            f"{name} is not JSON ({error}). Write a run to a new file with: troubleshooter run … --json > FILE"
        ) from error


def _came(text: str) -> str:
    if not text.strip():
        raise UsageError("nothing came. Give it a run: troubleshooter run … --json | troubleshooter summarize -")
    return text


def _is_output(path: Path) -> bool:
    """Say whether *path* is the file that our output goes to: a shell has emptied it, or will have it grow."""
    try:
        return path.is_file() and os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):  # an output that is no file of the system
        return False


async def _summarize(content: Any, problem: str | None) -> Report:
    evidence: tuple[Evidence, ...] = ()
    diagnosis: RootCause | None = None
    try:
        if isinstance(content, list):
            results = TypeAdapter(tuple[TaskResult, ...]).validate_python(content)
            text = problem or ""
        else:
            run = Run.model_validate(content)
            results, evidence, diagnosis, text = run.results, run.evidence, run.diagnosis, problem or run.problem.text
        return await SummarizationTool().summarize(text, results, evidence=evidence, diagnosis=diagnosis)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the top"
        raise UsageError(
            f"that is not a run's JSON, nor a list of task results: at {where}: {first['msg']} "
            f"({error.error_count()} faults in all)."
        ) from None
    except ValueError as error:
        raise UsageError(f"the results do not fit together: {error}") from error
