"""Ctrl-C in the middle of a run from the terminal: what was found stays, and the run is over."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from tests.agent.runs import good
from tests.cli.terminal import troubleshooter
from tests.openai_server import Asked, FakeOpenAI, Reply, hang
from tests.shipped import ROOT

PATIENCE_S = 60.0  # for a process that starts on a busy machine
SLOW = """\
name: slow
surroundings: skipped
problem: skipped searches
truth: {workflow: skipped_searches, root_cause: null, severity: clear}
faults: {latency_s: 3600}
"""


async def test_a_run_that_is_interrupted_says_how_to_see_what_it_found_and_is_over(tmp_path: Path) -> None:
    (tmp_path / "slow.yml").write_text(SLOW)
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bot.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "run", "no events in index=web", "--sandbox", "slow.yml"),
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "DATA_DIR": str(tmp_path / "data")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a background shell ignores it
    )
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE_S):
        assert b"Missing data" in await process.stderr.readline()  # the run has begun, or is about to
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert process.returncode == 130
    [kept] = json.loads((await troubleshooter("runs", "--json", cwd=tmp_path)).out)
    assert kept["state"] == "failed"  # and not "planned", as if somebody went on with it
    assert f"What was found is kept: `troubleshooter show {kept['id']}`." in err.decode()


def hangs_over_the_summary(asked: Asked) -> Reply:
    return hang() if "executive_summary" in asked.instructions else good(asked)


async def test_a_run_that_only_waits_for_the_model_says_so_and_ctrl_c_leaves_the_rules_verdict(tmp_path: Path) -> None:
    screen, terminal = os.openpty()
    shown, seen = asyncio.StreamReader(), b""
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(shown), os.fdopen(screen, "rb", buffering=0)
    )
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bot.cli import main; main()"
    async with FakeOpenAI(hangs_over_the_summary) as server, asyncio.timeout(PATIENCE_S):
        given = {"OPENAI_MODEL": "m", "OPENAI_BASE_URL": server.base_url, "TERM": "xterm", "COLUMNS": "120"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code, "run", "is splunk ok", "--sandbox", "injected"),
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "DATA_DIR": str(tmp_path / "data"), **given},
            stdout=asyncio.subprocess.PIPE,
            stderr=terminal,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        while b"waiting for the model, up to 60 s; Ctrl-C leaves the rules' verdict" not in seen:
            seen += await shown.read(4096)
        process.send_signal(signal.SIGINT)
        os.close(terminal)
        out, _ = await process.communicate()
    assert process.returncode == 0
    assert "The summary is written by rules" in out.decode()
