"""What is kept of a run, as a person asks for it afterwards."""

import json
from html.parser import HTMLParser
from pathlib import Path

from bot.store.database import database_url
from bot.store.runs import open_runs_store
from tests.cli.terminal import troubleshooter

ASKED = ("run", "no events in index=web since 10:15, password=hunter2", "--sandbox", "queue_blocked")


async def test_a_run_is_listed_shown_exported_and_forgotten(tmp_path: Path) -> None:
    ran = await troubleshooter(*ASKED, cwd=tmp_path)
    assert ran.code == 0, ran.err
    listed = await troubleshooter("runs", "--json", "--since", "1h", "--workflow", "missing_data", cwd=tmp_path)
    [line] = json.loads(listed.out)
    assert (line["state"], line["severity"], line["workflow"]) == ("done", "critical", "missing_data")
    run_id = line["id"]
    assert run_id in ran.out

    shown = await troubleshooter("show", run_id[:6], "--trace", "--evidence", cwd=tmp_path)
    assert "ROOT CAUSE" in shown.out
    assert "| rest" in shown.out  # the evidence's SPL
    assert "phase 2" in shown.out  # the trace

    exported = await troubleshooter("export", run_id, "--to", "packet", cwd=tmp_path)
    files = {Path(name).suffix: tmp_path / name for name in exported.out.split()}
    assert set(files) == {".md", ".json", ".html"}
    assert all("hunter2" not in file.read_text() for file in files.values())
    assert json.loads(files[".json"].read_text())["id"] == run_id
    assert sources(files[".html"].read_text()) == []
    again = await troubleshooter("export", run_id, "--to", "packet", cwd=tmp_path)
    assert (again.code, "--force" in again.err) == (2, True)

    data = tmp_path / "data"
    assert b"since 10:15" in kept_in(data)  # before it is opened: to close a file drops this process's locks on it
    async with open_runs_store(database_url(None, data)):  # as a server would have it open
        forgotten = await troubleshooter("forget", "--run", run_id, cwd=tmp_path)
        assert "1 run forgotten" in forgotten.out
        assert (await troubleshooter("show", run_id, cwd=tmp_path)).code == 2
        assert b"since 10:15" not in kept_in(data)


def kept_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def sources(page: str) -> list[str]:
    """Return everything that *page* would load."""
    found: list[str] = []

    class Finder(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(f"{tag} {value}" for name, value in attrs if name == "src" or (tag == "link" and value))

    Finder().feed(page)
    return found


async def test_a_data_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    said = await troubleshooter("runs", cwd=tmp_path)
    assert said.code == 1
    assert "DATA_DIR" in said.err
    assert "Traceback" not in said.err


async def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "troubleshooter.db"
    file.write_text("my diary " * 1000)
    said = await troubleshooter(*ASKED, cwd=tmp_path)
    assert said.code == 1
    assert "no SQLite database" in said.err
    assert file.read_text() == "my diary " * 1000


async def test_a_database_of_no_known_kind_is_a_setting_to_mend(tmp_path: Path) -> None:
    said = await troubleshooter("db", "status", cwd=tmp_path, DATABASE_URL="mysql://root:hunter2@db/x")
    assert said.code == 2
    assert "DATABASE_URL" in said.err
    assert "hunter2" not in said.err
