"""`demo --web` as a person starts it: what it prints, serves, and how it ends."""

import asyncio
import re
import signal
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.cli.play import opener
from bot.cli.sandbox_settings import COMMAND
from bot.sandbox.web.server import WebPage
from bot.sandbox.web.stage import Stage
from tests.cli.terminal import troubleshooter
from tests.openai_server import FakeOpenAI
from tests.sandbox.web.page_client import PageClient, is_ready, texts
from tests.shipped import ROOT, WORKFLOWS, shipped_scenario

PATIENCE_S = 60.0  # for a process that starts on a busy machine


async def test_it_prints_the_address_serves_the_page_there_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bot.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", code, "demo", "--web", "--port", "0"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a background shell ignores it
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        line = (await process.stdout.readline()).decode()
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/", line)
        async with ClientSession() as session:
            async with session.get(address) as response:
                assert "Sandbox Slack" in await response.text()
            async with PageClient(session, address).stream() as stream:
                await stream.until(is_ready)
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert (process.returncode, err.decode()) == (130, "troubleshooter: stopped\n")


async def test_a_model_takes_part_where_one_is_wished_for(tmp_path: Path) -> None:
    async with FakeOpenAI(lambda _: "no answer") as server:
        model = {"OPENAI_MODEL": "m1", "OPENAI_BASE_URL": server.base_url}
        said = await troubleshooter("demo", "skipped", "--model", cwd=tmp_path, **model)
    assert (said.code, bool(server.requests)) == (0, True)
    assert "The model m1 replied twice with something that cannot be used" in " ".join(said.out.split())
    said = await troubleshooter("demo", "--model", cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "--model wants OPENAI_MODEL set" in said.err


@pytest.mark.parametrize("port", ["70000", "-1"])
async def test_a_port_that_is_none_gets_a_sentence(port: str, tmp_path: Path) -> None:
    said = await troubleshooter("demo", "--web", "--port", port, cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert f"--port is {port}" in said.err


async def test_a_port_in_use_gets_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = await troubleshooter("demo", "--web", "--port", port, cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert f"port {port} is in use" in said.err


async def test_a_run_goes_on_after_the_bot_was_started_again_in_the_middle_of_it() -> None:
    stage = Stage(opener(WORKFLOWS), shipped_scenario("queue_blocked"), COMMAND)
    async with WebPage(stage) as page, ClientSession() as session:
        performing = asyncio.ensure_future(stage.perform())
        try:
            client = PageClient(session, page.address)
            async with client.stream() as stream, asyncio.timeout(PATIENCE_S):
                await stream.until(is_ready)
                held = stage.splunk.faults.hold = asyncio.Event()
                where = {"user": stream.seen["you"], "channel": stage.slack.workspace.channel("incidents").id}
                await client.do("say", text=f"{COMMAND} no events in index=web", **where)
                await stream.until(lambda seen: any("0 of 10 checks done" in text for text in texts(seen)))
                await client.do("restart")
                await stream.until(lambda seen: seen["world"]["state"] == "starting")
                held.set()
                await stream.until(is_ready)
                await stream.until(lambda seen: any("Root cause" in text for text in texts(seen)))
            said = [message for message in stage.slack.workspace.messages if not message.files]
            assert len(said) == 3  # the thread's root, one status, one report
            assert any("esumed" in version.text for version in stage.slack.workspace.messages[1].history)
        finally:
            performing.cancel()
            await asyncio.gather(performing, return_exceptions=True)
