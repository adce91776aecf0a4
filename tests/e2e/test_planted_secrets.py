"""Secrets in the problem and in Splunk's rows turn up nowhere: no table, message, log, prompt, trace or export."""

import json
import logging
from pathlib import Path

import pytest

from bot.cli.spans import drawn
from bot.domain.run import Run
from bot.export.html import as_html
from bot.export.json import as_json
from bot.export.markdown import as_markdown
from bot.export.redaction import redacted
from bot.ports import Wanted
from bot.store.database import database_url
from bot.store.runs import open_runs_store
from bot.telemetry.spans import span_tree
from tests.e2e.house import CHANNEL, House, a_house
from tests.openai_server import FakeOpenAI

AWS_KEY = "AKIA" + "Q3EGFJ7ZK5TN2WXY"  # in two parts, so that no scanner of code takes it for a real one
CARD = "4242 4242 4242 4242"
PLANTED = ("hunter2-in-a-row", "s3cret-in-a-url", AWS_KEY, CARD, "ana.lopez@example.com", "tr0ub4dor-said")
PROBLEM = (
    f"idx1 stopped indexing, disk full, password is tr0ub4dor-said, key {AWS_KEY}, card {CARD}, "
    "mail ana.lopez@example.com"
)
SCENARIO = """\
name: planted
about: idx1 is out of disk space, and its rows carry secrets.
surroundings: healthy
problem: disk full
truth: {workflow: storage_and_cluster, severity: critical}
rest:
  server/status/partitions-space:
    - {title: idx1-data, splunk_server: idx1, mount_point: "/data password=hunter2-in-a-row ana.lopez@example.com",
       fs_type: "postgresql://app:s3cret-in-a-url@db/x", capacity: 500000.000, free: 950.000, available: 900.000}
"""


async def report_of(house: House) -> Run:
    await house.slack.command("/troubleshoot", f"storage_and_cluster: {PROBLEM}", channel=CHANNEL)
    assert "idx1" in await house.report()
    url = database_url(house.database_url, Path())
    async with open_runs_store(url) as store:
        [line] = await store.lines(Wanted())
        kept = await store.load(line.id)
    assert kept
    assert kept.run
    return kept.run


def all_of(folder: Path) -> str:
    """Return the database's files as text, what was deleted and not yet overwritten included."""
    return "".join(file.read_bytes().decode(errors="replace") for file in folder.glob("runs.db*"))


async def test_planted_secrets_turn_up_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "planted.yml").write_text(SCENARIO)
    database = tmp_path / "runs.db"
    said = json.dumps({"executive_summary": "The disk is full.", "follow_ups": []})
    with caplog.at_level(logging.INFO):
        async with (
            FakeOpenAI(lambda _: said) as model,
            a_house(
                str(tmp_path / "planted.yml"),
                database_url=f"sqlite:///{database}",
                openai_base_url=model.base_url,
                openai_model="tiny",
                mask_emails=True,
            ) as house,
        ):
            run = await report_of(house)
            calls = [json.dumps(call.args, default=str) for call in house.slack.calls]
            prompts = [json.dumps(asked.body) for asked in model.requests]
    assert prompts
    shared = redacted(run)
    places = {
        "database": all_of(tmp_path),
        "Slack": "\n".join(calls),
        "prompts": "\n".join(prompts),
        "logs": caplog.text,
        "trace": "\n".join(drawn(span_tree(run))),
        "exports": as_markdown(shared) + as_html(shared) + as_json(shared),
    }
    assert "/data password=***" in places["database"]  # the row is there, and only its secret is not
    found = [(place, secret) for place, text in places.items() for secret in PLANTED if secret in text]
    assert found == []
