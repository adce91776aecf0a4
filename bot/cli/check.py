"""`troubleshooter check`: whether workflows and settings are all right, and what would leave the house."""

import argparse
import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.app.mcp import cannot_start, mcp_access, mcp_title
from bot.app.readiness import (
    extra_faults,
    misplaced_tokens,
    missing_tokens,
    model_warnings,
    splunk_faults,
    splunk_warnings,
    store_faults,
)
from bot.cli.logs import log_to_stderr
from bot.cli.plan import counted
from bot.cli.who_may_ask import who_may_ask
from bot.engine.loader import load_workflows
from bot.engine.planner import plan
from bot.errors import BotError, SettingsError, WorkflowError
from bot.safety.hidden import visible
from bot.settings import Settings, settings_and_faults, unread_names


@dataclass(slots=True)
class Checked:
    """What a check found, part by part; `problems` decide the exit code."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    leaves_the_house: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)  # over the network
    serve_lacks: list[str] = field(default_factory=list)  # settings without which it does not start, and `run` may


def command(arguments: argparse.Namespace) -> int:
    """Print what is wrong, what to know and what leaves the house; 1 when something is wrong."""
    log_to_stderr(logging.WARNING)
    found = Checked()
    settings, faults = _read_settings(found)
    folder = arguments.workflows or (settings and settings.workflows_dir)
    workflows = _check_workflows(Path(folder), found) if folder else frozenset[str]()
    _check_settings(settings, faults, found)
    if settings and workflows and (unknown := sorted(settings.access.workflows - workflows)):
        known = ", ".join(sorted(workflows))
        found.problems.append(f"access: there is no workflow {', '.join(unknown)}; there are: {known}")
    if settings and not faults:
        away = asyncio.run(_check_online(settings, found)) if arguments.online else frozenset[str]()
        _tell_mcp(settings, found, away)
    if arguments.json:
        print(json.dumps({"ok": not found.problems, "online": arguments.online, **asdict(found)}, indent=2))
    else:
        print(visible("\n".join(_drawn(found, online=arguments.online))))
    return 1 if found.problems else 0


def _check_workflows(folder: Path, found: Checked) -> frozenset[str]:
    """Return the ids of all workflows, none when they cannot be loaded."""
    try:
        workflows = load_workflows(folder)
    except WorkflowError as error:
        found.problems.extend(error.problems)
        return frozenset()
    for workflow in workflows.values():
        the_plan = plan(workflow)
        found.facts.append(
            f"workflow {workflow.id}: {counted(len(the_plan.tasks), 'task')} in "
            f"{counted(len(the_plan.phases), 'phase')}, "
            f"{the_plan.parallel_efficiency:.1%} parallel efficiency"
        )
    return frozenset(workflows)


def _read_settings(found: Checked) -> tuple[Settings | None, tuple[str, ...]]:
    """Return the settings as far as they can be read, and what is wrong with the rest of them."""
    with contextlib.suppress(SettingsError):  # which is told below
        found.warnings.extend(unread_names())
    try:
        return settings_and_faults()
    except SettingsError as error:
        return None, error.problems


def _check_settings(settings: Settings | None, faults: tuple[str, ...], found: Checked) -> None:
    found.problems.extend(faults)
    if settings:
        found.problems.extend((*misplaced_tokens(settings), *store_faults(settings), *extra_faults(settings)))
        found.problems.extend(cannot_start(settings).values() if settings.openai_model else ())
    if settings is None or faults:
        found.leaves_the_house.append("unknown until the settings can be read: mend them and check again")
        return
    _check_doors(settings, found)
    _check_outward(settings, found)


def _check_doors(settings: Settings, found: Checked) -> None:
    if settings.splunks:
        found.problems.extend(splunk_faults(settings))
        found.warnings.extend(splunk_warnings(settings))
    else:
        found.warnings.append("SPLUNK_URL is not set: `run` needs --sandbox, and `serve` will not start.")
        found.serve_lacks.append("SPLUNK_URL")
    if len(settings.splunks) > 1:
        found.facts.append(f"Splunk deployments, the default first: {', '.join(settings.splunks)}")
    found.facts.append(who_may_ask(settings.access))
    if settings.slack_bot_token is None:
        found.warnings.append("SLACK_BOT_TOKEN is not set: `serve` will not start.")
        found.serve_lacks.append("SLACK_BOT_TOKEN")
    elif missing := tuple(missing_tokens(settings)):
        found.problems.extend(missing)
    else:
        found.facts.append(f"Slack over {'Socket Mode' if settings.slack_app_token else 'HTTP'}")
        found.leaves_the_house.append(
            "Slack receives findings with the names and numbers in them, the first rows of each search to whoever asks "
            "for evidence, and, where the app has files:write, in the file under the report."
        )


def _check_outward(settings: Settings, found: Checked) -> None:
    if settings.model_endpoint:
        found.leaves_the_house.append(
            f"The model {settings.openai_model} at {settings.model_endpoint} receives the problem's text, rows of "
            "your searches and the findings. Leave OPENAI_MODEL empty to keep them in the house."
        )
        found.warnings.extend(model_warnings(settings))
    else:
        found.facts.append("no model is configured: verdicts come from rules alone")
    if settings.traces_endpoint:
        spl = ", and the searches" if settings.trace_spl else "; no searches, no rows"
        found.leaves_the_house.append(
            f"The collector at {settings.traces_endpoint} receives traces: ids, names of checks and counts{spl}."
        )
    if settings.openai_traces:
        found.leaves_the_house.append("OpenAI receives traces of its model's use: titles of checks, names and tokens.")


def _tell_mcp(settings: Settings, found: Checked, away: frozenset[str]) -> None:
    """Tell of each MCP server; those that are *away*, by title, have not answered."""
    unstarted = cannot_start(settings)
    for name, server in settings.mcp.items():
        if not settings.openai_model:
            found.warnings.append(f"mcp.{name} is not used: its tools are for a model, and OPENAI_MODEL is not set.")
            continue
        tools = ", ".join(server.tools)
        where = f", in runs on @{', @'.join(server.deployments)} only" if server.deployments else ""
        title = mcp_title(name)
        is_away = title in away or name in unstarted
        may = f"allowed: {tools} (not reached)" if is_away else f"the model may use {tools}"
        found.facts.append(f"{title}: {may}{where}")
        found.leaves_the_house.append(
            f"The MCP server {name} ({mcp_access(settings, name).place}) receives what the model asks of {tools}."
        )


async def _check_online(settings: Settings, found: Checked) -> frozenset[str]:
    """Ask all that is configured, and return the titles of what did not answer."""
    from bot.cli import check_online  # noqa: PLC0415 - a check without the network must not import the doors

    away = set[str]()

    async def looked(title: str, look: check_online.Look) -> check_online.Looked:
        try:
            return await look(settings)
        except BotError as error:
            away.add(title)
            return check_online.Told(problems=(str(error),))

    looks = {**dict(check_online.splunks(settings)), "Slack": check_online.slack, "model": check_online.model}
    looks |= dict(check_online.mcp_servers(settings))
    found.tried.extend(check_online.tried(settings, looks))
    if sys.stderr.isatty():
        for line in check_online.asked(settings, looks):
            print(line, file=sys.stderr)
    async with asyncio.TaskGroup() as group:  # each may wait for an answer that never comes
        parts = {name: group.create_task(looked(name, look)) for name, look in looks.items()}
    for name, part in parts.items():
        found.problems.extend(f"{name}: {line}" for line in part.result().problems)
        known = set(found.warnings)
        found.warnings.extend(f"{name}: {line}" for line in part.result().warnings if line not in known)
        found.facts.extend(f"{name}: {line}" for line in part.result().facts)
    return frozenset(away)


def _of_the_network(tried: list[str]) -> str:
    """Say no more than was tried."""
    if not tried:
        return "; nothing is configured that could be tried."
    return f". Tried, and all right: {', '.join(tried)}."


def _drawn(found: Checked, *, online: bool) -> Iterator[str]:
    parts = (
        ("Problems", found.problems),
        ("Warnings", found.warnings),
        ("What would leave the house", found.leaves_the_house or ["nothing: no Slack and no model is configured"]),
        ("Facts", found.facts),
    )
    for title, lines in parts:
        if lines:
            yield title
            yield from (f"  {line}" for line in lines)
            yield ""
    if found.problems:
        yield f"{counted(len(found.problems), 'problem')} to mend."
    else:
        yield f"Nothing wrong in files and settings{_of_the_network(found.tried) if online else '.'}"
        if found.serve_lacks:
            run = "run --sandbox" if "SPLUNK_URL" in found.serve_lacks else "run"
            yield f"`{run}` can be started; `serve` cannot without {' and '.join(found.serve_lacks)}."
        if not online:
            yield "To try Slack, Splunk and the model: troubleshooter check --online"
