"""Two Splunks behind one settings file, and the audit log, as a person at a terminal has them."""

import asyncio
import json
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.cli.run import SANDBOX_TOKEN
from bot.sandbox.scenario import load_scenario
from bot.sandbox.splunk import SandboxSplunk
from bot.store.runs import open_runs_store
from tests.cli.terminal import troubleshooter

SETTINGS = """
deployments:
  prod: {{url: "{prod}", token_from: SPLUNK_PROD_TOKEN}}
  lab: {{url: "{lab}", token_from: SPLUNK_LAB_TOKEN}}
"""


async def test_each_of_two_splunks_is_checked_and_the_one_that_is_named_is_asked(tmp_path: Path) -> None:
    async with SandboxSplunk(load_scenario("healthy")) as prod, SandboxSplunk(load_scenario("license")) as lab:
        (tmp_path / "bot.yml").write_text(SETTINGS.format(prod=prod.url, lab=lab.url))
        (tmp_path / ".env").write_text(f"SPLUNK_PROD_TOKEN={SANDBOX_TOKEN}\nSPLUNK_LAB_TOKEN={SANDBOX_TOKEN}\n")
        checked, run, refused = await asyncio.gather(
            troubleshooter("check", "--online", cwd=tmp_path),
            troubleshooter("run", "is the license ok", "--workflow", "health_check", "--splunk", "lab", cwd=tmp_path),
            troubleshooter("run", "no events", "--splunk", "stage", cwd=tmp_path),
        )
        asked_prod = [each.spl for each in prod.searches if "licenser" in each.spl]
    assert "Splunk deployments, the default first: prod, lab" in checked.out
    assert "Splunk @prod: " in checked.out
    assert "Splunk @lab: " in checked.out
    assert run.code == 0
    assert "on @lab" in run.err
    assert "CRITICAL" in run.out
    assert not asked_prod
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "no Splunk deployment @stage. There are: @prod, @lab." in refused.err


async def test_the_audit_log_is_listed_the_newest_first(tmp_path: Path) -> None:
    async with open_runs_store(make_url(f"sqlite:///{tmp_path}/data/troubleshooter.db")) as store:
        await store.note("U1", "refused", None, "guest, anything: Guests may not")
        await store.note("U2", "rerun", "r1")
    listed, as_json = await asyncio.gather(
        troubleshooter("audit", cwd=tmp_path), troubleshooter("audit", "--json", "--limit", "1", cwd=tmp_path)
    )
    assert listed.out.index("rerun") < listed.out.index("Guests")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert [line["who"] for line in json.loads(as_json.out)] == ["U2"]
