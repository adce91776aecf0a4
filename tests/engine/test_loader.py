"""Workflow files: what loads, and how every kind of fault is told, with its place and its remedy."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.engine.loader import check_file, load_workflows
from bot.errors import WorkflowError

SOUND = """\
id: lost
title: Lost data
about: Events are missing.
words: [no, 12:30, lost data]
tasks:
  - id: first
    title: First
    why: Is it there?
    gates: [seen]
    probes:
      seen: common
      counts:
        spl: |
          | tstats count where index="{index}" by host
          | fields host count
        earliest: -24h
        latest: now
        columns: {host: text, count: number}
    rules:
      - common: nothing_seen
      - id: few
        over: counts
        when: r.count < 10.0
        status: warning
        finding: "{host} of {index} has {count} events"
        action: {priority: 2, owner: platform, do: Look at it}
    blind:
      - when: counts.size() == 0
        reason: No host was seen.
  - id: second
    title: Second
    why: What does a reader make of it?
    needs: [first]
    agent: {guidance: Read the rows.}
  - id: third
    title: Third
    why: Is the server up?
    needs: [second]
    probes:
      info:
        spl: "| rest /services/server/info | fields version"
        columns: {version: text}
    rules:
      - id: old
        over: info
        when: >-
          r.version != "" &&
          r.version == "9"
        status: critical
        finding: version {version}
        action: {priority: 1, owner: platform, do: Upgrade}
causes:
  - cause: first.few
    explains: [third.old]
    because: it does
"""

PROBE = """
        spl: "| rest /services/server/info"
        columns: {n: number}
"""

COMMON = """\
probes:
  seen:
    spl: "| tstats count where index=_internal"
    earliest: -15m
    latest: now
    columns: {count: number}
rules:
  - id: nothing_seen
    over: seen
    when: r.count == 0.0
    status: warning
    finding: nothing is seen
    action: {priority: 1, owner: platform, do: Grant it}
"""


@pytest.fixture
def workflows(tmp_path: Path) -> Path:
    (tmp_path / "lost.yml").write_text(SOUND)
    (tmp_path / "common.yml").write_text(COMMON)
    return tmp_path


def problems_with(workflows: Path, *changes: tuple[str, str]) -> list[str]:
    text = SOUND
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (workflows / "lost.yml").write_text(text)
    return [str(problem) for problem in check_file(workflows / "lost.yml")]


def test_a_sound_file_loads_with_its_common_parts_put_in(workflows: Path) -> None:
    lost = load_workflows(workflows)["lost"]
    first = lost.task("first")
    assert list(first.probes) == ["seen", "counts"]
    assert first.probes["seen"].earliest == "-15m"
    assert [rule.id for rule in first.rules] == ["nothing_seen", "few"]


def test_scalars_are_read_as_they_are_written(workflows: Path) -> None:
    assert load_workflows(workflows)["lost"].words == ("no", "12:30", "lost data")


def test_a_block_loses_the_line_break_at_its_end(workflows: Path) -> None:
    spl = load_workflows(workflows)["lost"].task("first").probes["counts"].spl
    assert spl == '| tstats count where index="{index}" by host\n| fields host count'


FAULTS = {
    "a syntax error": (
        ("title: Lost data", "title: [Lost data"),
        r"lost.yml:3:\d+: is no YAML: .*\. Mend",
    ),
    "a duplicate key": (
        ("    why: Is it there?", "    why: Is it there?\n    title: Again"),
        r"lost.yml:9:5: tasks.first: has the key title twice. The first is in line 7; keep one.",
    ),
    "an anchor": (("title: First", "title: &t First"), r"lost.yml:7:12: tasks.first.title: sets the anchor &t. Take"),
    "an alias": (("title: First", "title: *t"), r"lost.yml:7:12: tasks.first.title: uses the alias \*t. Write"),
    "a tag": (("title: First", "title: !!python/name:os.system First"), r"lost.yml:7:12: .*: has the tag tag:yaml.org"),
    "a list as a key": (("title: First", "[a]: b"), r"lost.yml:7:5: tasks.first: has a list or mapping as a key"),
    "a second document": (("causes:", "---\ncauses:"), r"lost.yml:52:1: holds a second document"),
    "an unknown key": (
        ("why: Is it there?", "whyy: Is it there?\n    why: Yes?"),
        r"lost.yml:8:5: tasks.first.whyy: unknown key whyy. Did you mean why\?",
    ),
    "a missing key": (
        ("    why: Is it there?\n", ""),
        r"lost.yml:6:5: tasks.first.why: is missing. Add it. The question this task answers.",
    ),
    "an empty key": (("title: First", "title:"), r"lost.yml:7:5: tasks.first.title: is empty"),
    "no list": (("needs: [first]", "needs: first"), r"lost.yml:33:12: tasks.second.needs: is no list. Write one item"),
    "no mapping": (
        ("seen: common", "seen: comon"),
        r"lost.yml:11:13: tasks.first.probes.seen: is no mapping. Write key",
    ),
    "no text": (("title: First", "title: [a]"), r"lost.yml:7:12: tasks.first.title: is no text. Write a text"),
    "no number": (("priority: 2", "priority: two"), r"lost.yml:26:28: .*action.priority: is no whole number"),
    "a number out of range": (("priority: 2", "priority: 7"), r"lost.yml:26:28: .*priority: is not less than or equal"),
    "a wrong word": (
        ("status: warning", "status: bad"),
        r"lost.yml:24:17: .*few.status: is 'bad'. Write critical, warning or context",
    ),
    "a wrong id": (("id: second", "id: Second One"), r"lost.yml:30:9: .*: 'Second One' is no id. Write small letters"),
    "a wrong column name": (
        ("{host: text,", "{ho-st: text, host: text,"),
        r"lost.yml:18:19: .*columns.ho-st: 'ho-st' is no column name",
    ),
    "too long a line": (("title: First", "title: " + "x" * 301), r"lost.yml:7:12: .*: is longer than 300 char"),
    "no tasks": ((SOUND[SOUND.index("tasks:") :], "tasks: []\n"), r"lost.yml:5:8: tasks: has nothing in it. Write"),
    "a duplicate task": (
        ("id: third", "id: first"),
        r"lost.yml:35:9: tasks.first.id: there are two tasks first. Rename",
    ),
    "an unknown need": (
        ("needs: [first]", "needs: [frist]"),
        r"lost.yml:33:13: tasks.second.needs.0: there is no task frist. Did you mean first\?",
    ),
    "a circle": (
        ("    gates: [seen]", "    gates: [seen]\n    needs: [third]"),
        r"lost.yml:34:13: tasks.second.needs.0: .*: first → third → second → first. Take one of these needs away",
    ),
    "a task that needs itself": (("needs: [first]", "needs: [second]"), r"lost.yml:33:13: .*: second → second. Take"),
    "a task with nothing to do": (
        ("    agent: {guidance: Read the rows.}\n", ""),
        r"lost.yml:30:5: tasks.second: has neither a probe nor guidance for an agent. Add",
    ),
    "an unsafe search": (
        ("| fields host count", "| delete"),
        r"lost.yml:15:13: tasks.first.probes.counts.spl: 'delete' .* deletes data. Take it out",
    ),
    "a search past its bounds": (
        ("earliest: -24h", "earliest: -1y"),
        r"lost.yml:14:13: tasks.first.probes.counts.spl: 'tstats' covers 365.0 days.*\. Narrow its time window",
    ),
    "an unreadable time": (
        ("earliest: -24h", "earliest: yesterdayish"),
        r"lost.yml:16:19: tasks.first.probes.counts.earliest: 'yesterdayish' cannot be read as a time. Write now",
    ),
    "half a window": (("        earliest: -24h\n", ""), r"lost.yml:12:7: .*counts: has no earliest. Write both"),
    "no window": (
        ("        earliest: -24h\n        latest: now\n", ""),
        r"lost.yml:13:14: .*counts.spl: has no time window. Add earliest and latest",
    ),
    "an unknown placeholder": (
        ('"{index}"', '"{indx}"'),
        r"lost.yml:14:39: .*counts.spl: \{indx\} is never filled in. Did you mean index\?",
    ),
    "an unknown placeholder in a time": (
        ("earliest: -24h", 'earliest: "{since}"'),
        r"lost.yml:16:20: .*\{since\} is never",
    ),
    "a placeholder outside of quotes": (('"{index}"', "{index}"), r"lost.yml:13:14: .*would stand outside of quotes"),
    "a column that is not declared": (
        ("when: r.count < 10.0", "when: r.cuont < 10.0"),
        r"lost.yml:23:16: .*few.when: probe counts declares no column cuont. Did you mean count\?",
    ),
    "a column in a folded block": (
        ('r.version == "9"', 'r.verison == "9"'),
        r"lost.yml:48:12: .*old.when: probe info declares no column verison. Did you mean version\?",
    ),
    "a whole number": (("< 10.0", "< 10"), r"lost.yml:23:23: .*a decimal and a whole number. .*write 0\.0, not 0\."),
    "a text compared with a number": (
        ("r.count < 10.0", "r.host < 10.0"),
        r"lost.yml:23:22: .*does not go with \(text, nu",
    ),
    "no condition": (("r.count < 10.0", "r.count"), r"lost.yml:23:15: .*is no condition: it gives double. Compare"),
    "no CEL": (("r.count < 10.0", "r.count < < 10.0"), r"lost.yml:23:25: .*does not compile"),
    "a rule that names no probe": (
        ("r.count < 10.0", "conts.size() > 0"),
        r"lost.yml:23:15: .*names conts.*mean counts\?",
    ),
    "r without over": (("        over: counts\n", ""), r"lost.yml:22:16: .*names r, and .* once per row. Add over:"),
    "a list that is used as a row": (("r.count <", "counts.count <"), r"lost.yml:23:21: .*is the list of all its rows"),
    "an unknown parameter": (
        ("r.count < 10.0", 'ctx.hots == "a"'),
        r"lost.yml:23:18: .*no parameter hots. .*mean host\?",
    ),
    "a finding's unknown column": (
        ("{host} of", "{hots} of"),
        r"lost.yml:25:19: .*few.finding: \{hots\} is not a column of counts. Did you mean host\?",
    ),
    "a blind condition's column": (
        ("when: counts.size() == 0", "when: counts.exists(x, x.cuont > 0.0)"),
        r"lost.yml:28:33: tasks.first.blind.0.when: probe counts declares no column cuont",
    ),
    "a placeholder in a reason": (
        ("No host was", "No {host} was"),
        r"lost.yml:29:20: .*\{host\} is not filled in here",
    ),
    "over an unknown probe": (
        ("over: counts", "over: conuts"),
        r"lost.yml:22:15: .*few.over: is asked over conuts, which is no probe of this task. Did you mean counts\?",
    ),
    "an unknown gate": (
        ("gates: [seen]", "gates: [sene]"),
        r"lost.yml:9:13: .*gates.0: sene is no probe .*mean seen\?",
    ),
    "two rules of one id": (("id: few", "id: nothing_seen"), r"lost.yml:21:9: .*two rules nothing_seen. Rename"),
    "a probe that CEL keeps": (
        ("      info:", "      list:" + PROBE + "      info:"),
        r"lost.yml:40:7: .*probes.list: list is a word of CEL's",
    ),
    "a probe named r": (
        ("      info:", "      r:" + PROBE + "      info:"),
        r"lost.yml:40:7: .*probes.r: r is a word of CEL's",
    ),
    "an unknown cause": (
        ("cause: first.few", "cause: first.feww"),
        r"lost.yml:53:12: causes.0.cause: there is no finding first.feww. Did you mean first.few\?",
    ),
    "an unknown effect": (
        ("[third.old]", "[third.odl]"),
        r"lost.yml:54:16: .*no finding third.odl. .*mean third.old\?",
    ),
    "a cause of itself": (("[third.old]", "[first.few]"), r"lost.yml:54:16: .*each other: first.few → first.few. Take"),
    "an unknown common probe": (
        ("seen: common", "sene: common"),
        r"lost.yml:11:7: .*probes.sene: common.yml has no probe sene. Did you mean seen\?",
    ),
    "an unknown common rule": (
        ("common: nothing_seen", "common: nothing_sene"),
        r"lost.yml:20:9: .*rules.0: common.yml has no rule nothing_sene. Did you mean nothing_seen\?",
    ),
    "a common rule over a probe that the task has not": (
        ("      seen: common\n", ""),
        r"lost.yml:19:9: .*nothing_seen.over: is asked over seen, which is no probe of this task",
    ),
    "a file named otherwise": (
        ("id: lost", "id: found"),
        r"lost.yml:1:5: id: is found, and the file is lost.yml. Write",
    ),
    "nothing": ((SOUND, "# only a comment\n"), r"lost.yml:1:1: is empty. Write a workflow"),
    "a list": ((SOUND, "- a\n- b\n"), r"lost.yml:1:1: is no mapping. Begin with id:"),
    "a control character": (("title: Lost data", "title: Lost\x01data"), r"lost.yml:2:1: holds a control character"),
    "too deep a nesting": ((SOUND, "- " * 60 + "a"), r"lost.yml:1:81: is nested deeper than 40 levels"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_place_and_its_remedy(fault: str, workflows: Path) -> None:
    change, told = FAULTS[fault]
    problems = problems_with(workflows, change)
    assert any(re.match(told, problem) for problem in problems), "\n".join(problems)


MAKE_MORE = {  # since the name that they spoil is named elsewhere
    "a wrong id",
    "a duplicate task",
    "two rules of one id",
    "an unknown common probe",
    "a common rule over a probe that the task has not",
}


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - MAKE_MORE))
def test_one_fault_makes_no_second_problem(fault: str, workflows: Path) -> None:
    problems = problems_with(workflows, FAULTS[fault][0])
    assert len(problems) == 1, "\n".join(problems)


HIDING: dict[str, tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = {
    "an unknown probe and a condition that breaks off": (
        (("over: counts", "over: conuts"), ("r.count < 10.0", "r.count <")),
        ("conuts, which is no probe", "few.when: does not compile: it ends in the middle. Check quotes"),
    ),
    "a refused endpoint between two other commands": (
        (("| fields host count", "| tabel x | rest /services/storage/passwords | delete"),),
        ("'tabel' is not among", "'rest' is refused because 'passwords'", "'delete' writes"),
    ),
    "a missing end and a start too long ago": (
        (("earliest: -24h", "earliest: -400d"), ("        latest: now\n", "")),
        ("has no latest", "'tstats' covers 400.0 days"),
    ),
    "two times": (
        (("earliest: -24h", "earliest: soon"), ("latest: now", "latest: later")),
        ("counts.earliest: 'soon' cannot be read", "counts.latest: 'later' cannot be read"),
    ),
    "an unknown placeholder and a writing command": (
        (('"{index}"', '"{indx}"'), ("| fields host count", "| delete")),
        ("{indx} is never filled in", "'delete' writes"),
    ),
    "a macro": ((('| tstats count where index="{index}" by host', "`m`"),), ("cannot be seen through. Paste what",)),
}


@pytest.mark.parametrize("faults", HIDING)
def test_no_fault_hides_another(faults: str, workflows: Path) -> None:
    changes, told = HIDING[faults]
    problems = problems_with(workflows, *changes)
    assert len(problems) == len(told), "\n".join(problems)
    for problem, part in zip(problems, told, strict=True):
        assert part in problem


def _routes(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield (*at, step)
        yield from _routes(child, (*at, step))


@pytest.mark.parametrize("junk", [None, "a b.c{d}", ["a", ["b"], {"c": "d"}]], ids=str)
def test_whatever_stands_anywhere_is_a_problem_and_never_a_crash(junk: Any, workflows: Path) -> None:
    for route in _routes(yaml.safe_load(SOUND)):
        document = yaml.safe_load(SOUND)
        holder = document
        for step in route[:-1]:
            holder = holder[step]
        holder[route[-1]] = junk
        (workflows / "lost.yml").write_text(yaml.safe_dump(document))
        check_file(workflows / "lost.yml")


def test_ten_faults_are_told_at_once_with_their_lines(workflows: Path) -> None:
    faults = [
        "a duplicate key",
        "an unknown key",
        "an unknown gate",
        "an unsafe search",
        "a column that is not declared",
        "a finding's unknown column",
        "a blind condition's column",
        "an unknown need",
        "a task with nothing to do",
        "an unknown effect",
    ]
    problems = problems_with(workflows, *(FAULTS[fault][0] for fault in faults))
    assert [int(problem.split(":")[1]) for problem in problems] == [8, 10, 11, 17, 25, 27, 30, 32, 35, 55]


def test_the_error_carries_every_problem_of_every_file(workflows: Path) -> None:
    (workflows / "other.yml").write_text("id: another\n")
    problems_with(workflows, ("title: Lost data", "tilte: Lost data"))
    with pytest.raises(WorkflowError) as caught:
        load_workflows(workflows)
    files = [problem.split(":")[0] for problem in caught.value.problems]
    assert files == ["lost.yml"] * 2 + ["other.yml"] * 4
    assert str(caught.value).splitlines() == list(caught.value.problems)


def test_what_is_wrong_in_the_common_file_is_told_once_and_there(workflows: Path) -> None:
    (workflows / "common.yml").write_text(COMMON.replace("r.count ==", "r.cuont =="))
    (workflows / "again.yml").write_text(SOUND.replace("id: lost", "id: again"))
    with pytest.raises(WorkflowError) as caught:
        load_workflows(workflows)
    [problem] = caught.value.problems
    assert problem.startswith("common.yml:10:12: rules.nothing_seen.when: probe seen declares no column cuont.")


def test_the_common_file_can_be_checked_by_itself(workflows: Path) -> None:
    (workflows / "common.yml").write_text(COMMON.replace("earliest:", "erliest:"))
    assert [problem.line for problem in check_file(workflows / "common.yml")] == [2, 4]


def test_a_workflow_needs_no_common_file(tmp_path: Path) -> None:
    text = SOUND.replace("      seen: common\n", "").replace("      - common: nothing_seen\n", "")
    (tmp_path / "lost.yml").write_text(text.replace("    gates: [seen]\n", ""))
    assert list(load_workflows(tmp_path)) == ["lost"]


def test_a_file_over_one_mebibyte_is_one_line(workflows: Path) -> None:
    (workflows / "lost.yml").write_text("#" * (1024 * 1024 + 1))
    assert list(map(str, check_file(workflows / "lost.yml"))) == [
        "lost.yml:1:1: is over 1 MiB. Split it; a workflow is some kilobytes."
    ]


def test_a_file_that_is_not_utf_8_is_one_line(workflows: Path) -> None:
    (workflows / "lost.yml").write_bytes(b"id: lost\ntitle: caf\xe9\n")
    assert list(map(str, check_file(workflows / "lost.yml"))) == ["lost.yml:2:1: is not UTF-8. Save it as UTF-8."]


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    [problem] = check_file(tmp_path / "lost.yml")
    assert str(problem).startswith("lost.yml:1:1: cannot be read: No such file")


def test_a_directory_without_workflows_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="holds no workflow"):
        load_workflows(tmp_path)


def test_a_file_that_would_be_passed_over_is_told(workflows: Path) -> None:
    (workflows / "more.yaml").write_text(SOUND)
    with pytest.raises(WorkflowError, match=r"^more.yaml:1:1: is not read. Rename it to more.yml.$"):
        load_workflows(workflows)
