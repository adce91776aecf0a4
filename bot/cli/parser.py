"""Every command and option, in one place and free of heavy imports, so that --help is quick."""

import argparse
import re
from collections.abc import Sequence
from typing import TypeAlias

_TIMES = ("--since",)  # options that take a time
_IN_THE_PAST = re.compile(r"-\d")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it

_EPILOG = """\
start here:
  troubleshooter demo                                  watch it work, no account and no key needed
  troubleshooter plan missing_data                     what a workflow checks, and what waits for what
  troubleshooter run "no events in index=web" --sandbox queue_blocked
  troubleshooter runs                                  what was run, and how it came out
  troubleshooter check                                 are workflows and settings all right?
  troubleshooter check --online                        and Slack, Splunk and the model too?
  troubleshooter eval                                  how often is it right, over every scenario?
  troubleshooter serve                                 answer /troubleshoot and mentions in Slack

Settings come from the environment or a .env file; .env.sample explains each.
Every command exits with 0 when all is well, 1 when it found problems, 2 when it was called wrongly."""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; `command` names the module in bot.cli that runs."""
    parser = argparse.ArgumentParser(
        prog="troubleshooter",
        description="Finds out what is wrong with a Splunk deployment while an incident is running.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (
        _serve,
        _work,
        _demo,
        _run,
        _runs,
        _audit,
        _show,
        _export,
        _forget,
        _plan,
        _select,
        _check,
        _summarize,
        _eval,
        _db,
        _manifest,
    ):
        add(commands)
    return parser


def joined(argv: Sequence[str]) -> list[str]:
    """Return *argv* with `--since -24h` as `--since=-24h`: argparse takes what begins with - for an option."""
    given = list(argv)
    for at in reversed(range(len(given) - 1)):
        if given[at] in _TIMES and _IN_THE_PAST.match(given[at + 1]):
            given[at : at + 2] = [f"{given[at]}={given[at + 1]}"]
    return given


def _command(commands: Commands, name: str, about: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=about, description=about, allow_abbrev=False)


def _workflows_dir(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--workflows", metavar="DIR", help="read workflow files from DIR (default: WORKFLOWS_DIR, or the shipped ones)"
    )


def _serve(commands: Commands) -> None:
    command = _command(commands, "serve", "Answer /troubleshoot and mentions in Slack until stopped.")
    command.add_argument(
        "--intake-only", action="store_true", help="with PostgreSQL: only take requests, and leave runs to `work`"
    )
    _workflows_dir(command)


def _work(commands: Commands) -> None:
    command = _command(
        commands, "work", "Do runs that `serve` took, on this or another machine; several share a PostgreSQL."
    )
    _workflows_dir(command)


def _demo(commands: Commands) -> None:
    command = _command(
        commands,
        "demo",
        "Watch the bot work through an incident in a sandbox Slack and Splunk: no account, no key, no network.",
    )
    command.add_argument(
        "scenario",
        nargs="?",
        default="queue_blocked",
        metavar="SCENARIO",
        help="what is broken: a shipped scenario's name or a file (default: queue_blocked)",
    )
    command.add_argument("--problem", metavar="TEXT", help="what the person types (default: the scenario's own words)")
    command.add_argument("--list", action="store_true", help="list the scenarios and end")
    command.add_argument("--web", action="store_true", help="serve the sandbox Slack as a web page, to try the bot on")
    command.add_argument(
        "--status", choices=("blocks", "plan"), default="blocks", help="how a run is drawn, as SLACK_STATUS sets it"
    )
    command.add_argument("--port", type=int, default=8765, metavar="N", help="the page's port (default: 8765)")
    command.add_argument(
        "--model",
        action="store_true",
        help="let the model of OPENAI_MODEL take part: it gets rows of the sandbox",
    )
    _workflows_dir(command)


def _run(commands: Commands) -> None:
    command = _command(commands, "run", "Do one run from the terminal, against the configured Splunk or a sandbox.")
    command.add_argument(
        "problem", metavar="PROBLEM", help='what is wrong, in your words: "no events in index=web since 10:15"'
    )
    command.add_argument("--workflow", metavar="W", help="the workflow to run (default: the one that fits the problem)")
    command.add_argument("--splunk", metavar="NAME", help="the deployment to search, of those in the settings file")
    command.add_argument("--sandbox", metavar="SCENARIO", help="search a sandbox Splunk in which SCENARIO is broken")
    command.add_argument("--json", action="store_true", help="print the whole run as JSON: results, evidence, report")
    command.add_argument("--trace", action="store_true", help="print the run's spans as a tree")
    _workflows_dir(command)


def _plan(commands: Commands) -> None:
    command = _command(
        commands, "plan", "Draw a workflow's phases, who waits for whom, its searches and its critical path."
    )
    command.add_argument("workflow", metavar="WORKFLOW", help="a workflow's id, such as missing_data")
    command.add_argument("--json", action="store_true", help="print the plan as JSON")
    _workflows_dir(command)


def _select(commands: Commands) -> None:
    command = _command(commands, "select", "Say which workflow a problem's text would start, and why.")
    command.add_argument("text", metavar="TEXT", help="what a person would type")
    command.add_argument(
        "--json", action="store_true", help="print workflow (null: it would ask), score, reason and inputs as JSON"
    )
    _workflows_dir(command)


def _check(commands: Commands) -> None:
    command = _command(
        commands, "check", "Validate workflows and settings without a network, and say what would leave the house."
    )
    command.add_argument(
        "--online", action="store_true", help="also try Slack, Splunk and the model, and say what is missing"
    )
    command.add_argument("--json", action="store_true", help="print problems, warnings and facts as JSON")
    _workflows_dir(command)


def _summarize(commands: Commands) -> None:
    command = _command(
        commands, "summarize", "Write the report on a run's results again, from a file that `run --json` printed."
    )
    command.add_argument(
        "results",
        metavar="RESULTS.json",
        help="a file with a run, or with a list of task results; - for standard input",
    )
    command.add_argument("--problem", metavar="TEXT", help="what was wrong (default: as the file says)")
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _eval(commands: Commands) -> None:
    command = _command(
        commands,
        "eval",
        "Run scenarios whose truth is known, and say how often workflow, cause and severity were right.",
    )
    command.add_argument(
        "--scenario", metavar="N", action="append", help="only this scenario; may be given several times (default: all)"
    )
    command.add_argument("--scenarios", metavar="DIR", help="run the scenario files of DIR (default: the shipped ones)")
    command.add_argument(
        "--all-phrasings",
        action="store_true",
        help="run every phrasing whole (default: choose for each, run the scenario's own problem)",
    )
    command.add_argument(
        "--model",
        metavar="NAME",
        help="compare rules only, rules with this model, and this model only (at OPENAI_BASE_URL)",
    )
    command.add_argument("--tries", metavar="N", type=int, help="with --model: how often each is tried (default: 1)")
    command.add_argument("--json", action="store_true", help="print the scores as JSON")
    _workflows_dir(command)


def _runs(commands: Commands) -> None:
    command = _command(commands, "runs", "List the runs that are kept, the newest first.")
    command.add_argument("--since", metavar="TIME", help="only runs asked since then: 24h, -7d@d, or 2026-11-25T10:15")
    command.add_argument("--workflow", metavar="W", help="only runs of this workflow")
    command.add_argument(
        "--severity", choices=("critical", "warning", "incomplete", "clear"), help="only runs that came out so"
    )
    command.add_argument("--limit", type=int, default=20, metavar="N", help="at most so many (default: 20)")
    command.add_argument("--json", action="store_true", help="print them as JSON")


def _audit(commands: Commands) -> None:
    command = _command(commands, "audit", "List who asked, stopped, took and was refused what, the newest first.")
    command.add_argument("--since", metavar="TIME", help="only since then: 24h, -7d@d, or 2026-11-25T10:15")
    command.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many lines (default: 50)")
    command.add_argument("--json", action="store_true", help="print them as JSON")


def _show(commands: Commands) -> None:
    command = _command(commands, "show", "Show a run: its report, its searches, its trace.")
    _run_id(command)
    command.add_argument("--evidence", action="store_true", help="also print each search with its first rows")
    command.add_argument("--trace", action="store_true", help="also print the run's spans as a tree")
    command.add_argument(
        "--format", choices=("text", "md", "html", "json"), default="text", help="how to print it (default: text)"
    )


def _export(commands: Commands) -> None:
    command = _command(
        commands,
        "export",
        "Write a run as a packet for a support case: Markdown, JSON, and a page with the run's timeline.",
    )
    _run_id(command)
    command.add_argument("--to", metavar="DIR", default=".", help="the folder to write to (default: this one)")
    command.add_argument("--force", action="store_true", help="write over files that are there")


def _forget(commands: Commands) -> None:
    command = _command(commands, "forget", "Remove all that is kept of a run, or of all runs that a person asked for.")
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--run", metavar="RUN", help="the run's id, in full")
    which.add_argument("--user", metavar="USER", help="the person's Slack id, such as U012AB3CD")


def _db(commands: Commands) -> None:
    command = _command(commands, "db", "Look after the database in which runs are kept.")
    command.add_argument(
        "action", choices=("upgrade", "status"), help="bring it up to date, or say which version it has"
    )


def _manifest(commands: Commands) -> None:
    command = _command(commands, "manifest", "Print the Slack app to create: paste it at https://api.slack.com/apps.")
    command.add_argument(
        "--http", metavar="URL", help="for signed requests to https://HOST/slack/events (default: Socket Mode)"
    )
    command.add_argument("--agent", action="store_true", help="for Slack's agent mode too: it hears direct messages")
    command.add_argument(
        "--command", dest="name", metavar="NAME", help="another slash command's name, such as /splunk-troubleshoot"
    )


def _run_id(command: argparse.ArgumentParser) -> None:
    command.add_argument("run", metavar="RUN", help="a run's id, or a unique beginning of it")
