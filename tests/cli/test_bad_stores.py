"""Where runs cannot be kept: one sentence, exit code 1, and what is there is left as it is."""

import os
from pathlib import Path

import pytest

from bot.store.database import database_url
from bot.store.runs import open_runs_store
from tests.cli.terminal import Said, troubleshooter

NOWHERE = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "SPLUNK_URL": "http://127.0.0.1:9",
    "SPLUNK_TOKEN": "t",
}


def refused(said: Said, sentence: str) -> None:
    assert said.code == 1
    assert sentence in said.err
    assert said.err.startswith("troubleshooter: ")
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("command", ["runs", "serve"])
async def test_a_damaged_file_is_left_as_it_is(command: str, tmp_path: Path) -> None:
    file = tmp_path / "data" / "troubleshooter.db"
    file.parent.mkdir()
    file.write_bytes(noise := os.urandom(20_000))
    refused(await troubleshooter(command, cwd=tmp_path, **NOWHERE), "is damaged. It was left as it is")
    assert file.read_bytes() == noise


async def test_damaged_tables_are_said_before_anything_is_served(tmp_path: Path) -> None:
    file = tmp_path / "data" / "troubleshooter.db"
    async with open_runs_store(database_url(None, file.parent)):
        pass
    whole = file.read_bytes()
    file.write_bytes(noise := whole[:8192] + os.urandom(len(whole) - 8192))
    refused(await troubleshooter("serve", cwd=tmp_path, **NOWHERE), "is damaged. It was left as it is")
    assert file.read_bytes() == noise


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    refused(await troubleshooter("runs", cwd=tmp_path, DATA_DIR="/proc/nowhere"), "cannot be made")


async def test_a_disk_that_is_full_is_said(tmp_path: Path) -> None:
    said = await troubleshooter("runs", cwd=tmp_path, largest_file="16384")
    refused(said, "cannot be read or written")
