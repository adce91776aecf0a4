"""The guard lets through what only reads, and nothing else."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UnsafeSearch
from bot.safety.commands import READ_ONLY
from bot.safety.commands import REFUSED as REFUSED_COMMANDS
from bot.safety.spl import check, sendable
from bot.safety.spl_lexer import MAX_DEPTH, read
from bot.safety.spl_text import MAX_CHARACTERS
from bot.sandbox.spl.errors import SplError
from bot.sandbox.spl.syntax import command_and_arguments, split_pipes, without_comments
from tests.safety.accepted import ACCEPTED
from tests.safety.refused import REFUSED

FEW = settings(max_examples=100, deadline=None)
WRITING = (
    "collect index=x",
    "outputlookup x.csv",
    "OutputLookup x.csv",
    "delete",
    "DELETE",
    "sendemail to=x",
    "map search=x",
    "script x",
    "mcollect index=x",
    "savedsearch x",
    "rest /services/server/control/restart",
    "nobodyknowsthis x",
)


_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)


def commands_by_another_reader(spl: str) -> set[str]:
    """Return what the sandbox, which shares no code with the guard, would run of *spl*; nothing where it cannot."""
    try:
        segments = split_pipes(without_comments(spl))
        names = {command_and_arguments(each)[0] for each in segments if each.strip()}
    except SplError:
        return set()
    inner, depth = [""], 0
    for found in _PIECE.finditer(without_comments(spl)):
        depth -= found[0] == "]"
        if depth:
            inner[-1] += found[0]
        elif inner[-1]:
            inner.append("")
        depth += found[0] == "["
    return names.union(*map(commands_by_another_reader, filter(None, inner)))


def refuses(spl: str) -> bool:
    try:
        check(spl)
    except UnsafeSearch:
        return True
    return False


@pytest.mark.parametrize("spl", ACCEPTED)
def test_a_search_that_only_reads_is_let_through(spl: str) -> None:
    check(spl)


@pytest.mark.parametrize("spl", REFUSED)
def test_a_search_that_does_more_or_is_not_understood_is_refused(spl: str) -> None:
    with pytest.raises(UnsafeSearch):
        check(spl)


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(set(ACCEPTED)) >= 120
    assert len(set(REFUSED)) >= 350


def test_no_command_is_on_both_lists() -> None:
    assert not READ_ONLY & REFUSED_COMMANDS.keys()


def test_a_refusal_names_the_command_its_place_and_a_remedy() -> None:
    with pytest.raises(UnsafeSearch, match=r"'collect' at 3:5 writes or deletes data; take it out"):
        check("index=web\n| stats count\n |  Collect index=main")


def test_an_unknown_command_is_refused_as_unknown() -> None:
    with pytest.raises(UnsafeSearch, match=r"'statz' at 1:13 is not among the commands known to only read"):
        check("index=web | statz count")


def test_a_macro_is_refused_with_the_way_out() -> None:
    with pytest.raises(UnsafeSearch, match=r"a macro.* at 1:1; paste what it expands to"):
        check("`cim_Web_indexes` | stats count")


def test_a_quoted_pipe_is_no_pipe() -> None:
    assert [command.name for command in read('index=a "| delete" | stats count').commands] == ["search", "stats"]


def test_a_comment_keeps_every_offset() -> None:
    spl = "index=a ```x | y\n[z```\n| stats count"
    assert [spl[command.at :][:5] for command in read(spl).commands] == ["index", "stats"]


def test_a_command_knows_whose_brackets_hold_it() -> None:
    commands = read("index=a | join host [search index=b [| makeresults | return $x]]").commands
    assert {(each.name, each.parent, each.depth, each.begins) for each in commands} == {
        ("search", "", 0, True),
        ("join", "", 0, False),
        ("search", "join", 1, True),
        ("makeresults", "search", 2, True),
        ("return", "search", 2, False),
    }


def test_subsearches_may_be_deep_and_not_bottomless() -> None:
    check("index=a [search index=b " * MAX_DEPTH + "]" * MAX_DEPTH)
    with pytest.raises(UnsafeSearch, match="deep"):
        check("index=a [search index=b " * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("bracket", ["[", "]", "[search x ", "| append [", "(", "'", '"', "`", "\\", "|"])
def test_ten_thousand_of_anything_end_in_a_verdict(bracket: str) -> None:
    spl = "index=a " + bracket * 9_999
    assert refuses(spl[:MAX_CHARACTERS]) or bracket in {"(", "'", "\\"}


def test_a_search_beyond_64_kb_is_refused_and_one_below_is_read() -> None:
    check("index=a " + "x" * (MAX_CHARACTERS - 8))
    with pytest.raises(UnsafeSearch, match="shorten it"):
        check("index=a " + "x" * MAX_CHARACTERS)


@pytest.mark.parametrize("odd", [None, 7, b"index=a", ["index=a"]])
def test_what_is_no_text_is_refused(odd: object) -> None:
    with pytest.raises(UnsafeSearch, match="not text"):
        check(odd)  # type: ignore[arg-type]  # what a caller without types may do


@pytest.mark.parametrize(
    ("spl", "sent"),
    [
        ("index=web", "search index=web"),
        ("  search index=web", "search index=web"),
        ("searching for x", "search searching for x"),
        (" | tstats count", "| tstats count"),
        ("```why``` | tstats count", "| tstats count"),
        ("```why``` index=web", "search ```why``` index=web"),
        ("(index=a OR index=b) | stats count", "search (index=a OR index=b) | stats count"),
    ],
)
def test_a_search_is_sent_beginning_with_a_pipe_or_search(spl: str, sent: str) -> None:
    assert sendable(spl) == sent
    check(sent)


def separators(spl: str) -> list[int]:
    """Every place where a command begins: after each pipe and bracket that is one."""
    return [command.at for command in read(spl).commands]


@FEW
@given(st.data())
def test_no_writing_command_gets_in_where_a_command_begins(data: st.DataObject) -> None:
    spl = data.draw(st.sampled_from(ACCEPTED))
    at = data.draw(st.sampled_from(separators(spl)))
    writing = data.draw(st.sampled_from(WRITING))
    blank = data.draw(st.sampled_from([" ", "\n", "\t", "  \r\n ", " ```why``` "]))
    first = "| " if not spl[:at].strip() else ""
    assert refuses(f"{spl[:at]}{blank}{first}{writing}{blank}| {spl[at:]}")


@FEW
@given(st.sampled_from(ACCEPTED), st.sampled_from(WRITING), st.sampled_from(["|", " | ", "\n|\n", "|```c```", " |\t"]))
def test_no_writing_command_gets_in_at_the_end(spl: str, writing: str, pipe: str) -> None:
    assert refuses(f"{spl}{pipe}{writing}")


@FEW
@given(st.sampled_from(ACCEPTED), st.sampled_from(WRITING), st.integers(1, 5))
def test_no_writing_command_gets_in_through_a_subsearch(spl: str, writing: str, depth: int) -> None:
    opening = "".join(f" [ search index=b{level} " for level in range(depth))
    assert refuses(f"{spl} | append {opening} | {writing} {']' * depth}")


def test_the_other_reader_sees_what_the_guard_must_not_let_through() -> None:
    spl = 'search a "| delete" [search b | append [| script x] | Collect y] ```| map``` | sendemail'
    assert commands_by_another_reader(spl) == {"search", "append", "script", "collect", "sendemail"}


@FEW
@given(st.data())
def test_quotes_and_comments_around_a_writing_command_hide_nothing(data: st.DataObject) -> None:
    """Whatever piece goes in anywhere: it is data in the end, or the search is refused."""
    spl = data.draw(st.sampled_from(ACCEPTED))
    pieces = ['"', "'", "\\", '\\"', "```", "`", "[", "]", "|", " | collect index=x ", "[ | delete ]"]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(spl)))
        spl = spl[:at] + data.draw(st.sampled_from(pieces)) + spl[at:]
    if not refuses(spl):
        assert not commands_by_another_reader(sendable(spl)) & REFUSED_COMMANDS.keys()


@FEW
@given(
    st.lists(st.sampled_from([*"|[]\"'`\\ \nabcx=$<>*().,:", "```", "collect", "search", "\u200b", "é"]), max_size=200)
)
def test_any_text_gets_a_verdict_and_no_other_error(pieces: list[str]) -> None:
    refuses("".join(pieces))


@FEW
@given(st.text(max_size=300))
def test_any_unicode_gets_a_verdict_and_no_other_error(text: str) -> None:
    refuses(text)
