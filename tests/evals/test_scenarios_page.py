"""docs/scenarios.md: its example runs as it says, and it names every key."""

import re
from pathlib import Path

from bot.sandbox.scenario_reference import reference
from tests.cli.terminal import troubleshooter

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")


def test_it_names_every_key_as_the_models_describe_it() -> None:
    assert reference().strip() in PAGE


async def test_its_example_runs_to_the_table_that_it_shows(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    (tmp_path / "peer_lost.yml").write_text(example[1], "utf-8")
    said = await troubleshooter("eval", "--scenarios", str(tmp_path), cwd=tmp_path)
    assert said.code == 0, said.err
    shown = re.search(r"^peer_lost .*sound", PAGE, re.MULTILINE)
    assert shown
    assert " ".join(shown[0].split()) in " ".join(said.out.split())
