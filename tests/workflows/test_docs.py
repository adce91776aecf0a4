"""docs/workflows.md: its example is a workflow, and does what the page says."""

import re
import shlex
import shutil
from pathlib import Path

from tests.cli.terminal import troubleshooter
from tests.shipped import ROOT

PAGE = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")


async def test_the_example_passes_the_check_and_finds_the_cause_in_the_sandbox(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    shutil.copy(ROOT / "workflows" / "common.yml", mine)
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    (mine / "receivers.yml").write_text(example[1], encoding="utf-8")
    commands = re.findall(r"^\.venv/bin/troubleshooter (.*--workflows mine.*)$", PAGE, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        said = await troubleshooter(*shlex.split(command), cwd=tmp_path)
        assert said.code == 0, said.out + said.err
    assert "queue indexqueue on idx2 was blocked" in said.out
    assert "Explains: idx2 closed its receiving ports" in said.out
