"""The support packet's Markdown, read back with a CommonMark parser."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.evidence import Row
from bot.domain.report import ActionItem, Gap
from bot.domain.run import Claim, Finding, Interpretation, Note
from bot.domain.status import TaskStatus
from bot.export.markdown import as_markdown
from bot.safety.hidden import visible
from tests.export.packets import HOSTILE, ZERO, Document, entry, run_of, said, task

KINDS = {
    *("heading_open", "heading_close", "inline", "text", "text_special", "paragraph_open", "paragraph_close"),
    *("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close", "softbreak"),
    *("list_item_open", "list_item_close", "strong_open", "strong_close", "fence"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close"),
    *("th_open", "th_close", "td_open", "td_close"),
}


def test_a_packet_holds_all_that_the_run_found_and_every_search_behind_it() -> None:
    action = ActionItem(priority=1, owner="platform", do="Restart idx2", why="it is full", verify="no queue is blocked")
    finding = Finding(
        id="a.x", status=TaskStatus.CRITICAL, text="indexqueue on idx2 is blocked", evidence=("E1",), action=action
    )
    note = Note(at=ZERO, text="indexes.conf changed on idx2", evidence=("E1",))
    gap = Gap(task_id="b", title="License", reason="no right", unlock="grant license_read")
    claims = (Claim(text="idx2 waits", evidence=("E1",)), Claim(text="idx9 burns", doubt="idx9 stands in no row"))
    reading = Interpretation(text="so", claims=claims)
    results = [
        task(
            "a",
            status=TaskStatus.CRITICAL,
            findings=(finding,),
            notes=(note,),
            evidence=("E1",),
            interpretation=reading,
        ),
        task("b", None, status=TaskStatus.NOT_CHECKED, gaps=(gap,)),
    ]
    searched = entry(
        spl='index=_internal\n| stats count by host, "`x`"',
        sample=[{"host": "idx2", "n": ("1", "2")}],
        row_count=1234,
        scanned=99_000,
        messages=("peer idx3 did not answer",),
        partial=True,
        sid="troubleshooter_1",
        link="https://splunk.example/en-US/app/search/search?q=a%20b&earliest=1",
    )
    told = as_markdown(run_of(results, evidence=[searched], stopped="stopped by U0STOPPED"))
    for expected in (
        "# Missing data\n",
        "- **Ended early:** stopped by U0STOPPED\n",
        "indexqueue on idx2 is blocked (low confidence) [E1]",
        "1. Priority 1, platform: Restart idx2 [E1]\n   - Why: it is full\n   - Check: no queue is blocked",
        "- indexes.conf changed on idx2 [E1]",
        "- License: no right.\n  - To unlock: grant license_read",
        "- A model found in A, checked against E1: idx2 waits",
        "## Unverified, by a model",
        "- A model says of A, unverified (idx9 stands in no row): idx9 burns",
        "| 1 | B (b) | not checked |",
        "| host | idx2 | [E1] |",
        "- **Window:** 2026-03-01T09:15:00Z to 2026-03-01T09:45:00Z",
        "- **Rows:** 1,234 counted, 1 shown",
        "- **Events read:** 99,000",
        "- **Partial:** yes",
        "- **Search id:** troubleshooter_1",
        "- **Splunk says:** peer idx3 did not answer",
        "(<https://splunk.example/en-US/app/search/search?q=a%20b&earliest=1>)",
        '```spl\nindex=_internal\n| stats count by host, "`x`"\n```',
        "| host | n |\n| --- | --- |\n| idx2 | 1 ↵ 2 |",
    ):
        assert expected in told


def test_a_run_of_which_nothing_began_says_so() -> None:
    results = [task("a", None, status=TaskStatus.NOT_CHECKED), task("b", None, status=TaskStatus.SKIPPED)]
    told = as_markdown(run_of(results))
    assert "| 1 | A (a) | not checked |" in told
    assert told.count("never begun") == 2
    assert "No search was made." in told
    assert "No check was planned." in as_markdown(run_of())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_data_reads_as_itself_wherever_it_stands(text: str) -> None:
    finding = Finding(id="a.x", status=TaskStatus.WARNING, text=text, evidence=("E1",))
    result = task("a", status=TaskStatus.WARNING, title=text, findings=(finding,), reason=text)
    searched = entry(sample=[{text: text, "host": text}], spl=text, messages=(text,), sid=text, link=text)
    document = Document(as_markdown(run_of([result], evidence=[searched], title=text)))
    assert document.kinds() <= KINDS
    shown = " ".join(visible(text.replace("\ud800", "\ufffd")).split())
    assert document.headings()[0] == shown
    assert document.headings()[-1] == "E1 queues"
    assert document.fences() == [visible(text.replace("\ud800", "\ufffd")) + "\n"]
    columns, row = document.tables()[-1]
    assert [" ".join(cell.replace("↵", " ").split()) for cell in (columns[0], row[0], row[1])] == [shown] * 3


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.dictionaries(st.text(max_size=12), st.text(max_size=40), max_size=4), min_size=1, max_size=4))
def test_whatever_the_rows_hold_a_table_keeps_its_columns(rows: list[Row]) -> None:
    told = as_markdown(run_of([task("a")], evidence=[entry(sample=rows)]))
    lines = told.splitlines()[told.splitlines().index("```", told.splitlines().index("### E1 queues")) + 2 :]
    assert len(lines) == len(rows) + 2
    assert {line.count("|") for line in lines} == {lines[1].count("|")}
    document = Document(told)
    assert document.kinds() <= KINDS
    assert len(document.tables()[-1]) == len(rows) + 1


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet="`~ \n|ab", max_size=40))
def test_no_search_closes_its_own_fence(spl: str) -> None:
    assert Document(as_markdown(run_of(evidence=[entry(spl=spl)]))).fences() == [spl + "\n"]


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    no_addresses = (
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "x",
    )
    for link in (
        *no_addresses,
        "https://a b.example",
        "https://splunk.example/\u202eb",
        "https://[",
        "ftp://a.example",
    ):
        assert "link_open" not in Document(as_markdown(run_of(evidence=[entry(link=link)]))).kinds()


def test_an_address_is_linked_whole() -> None:
    document = Document(as_markdown(run_of(evidence=[entry(link="https://splunk.example/?q=a>b|c[d](e)&f=%20")])))
    linked = [piece for token in document.tokens for piece in token.children or () if piece.type == "link_open"]
    assert [piece.attrs["href"] for piece in linked] == ["https://splunk.example/?q=a%3Eb%7Cc%5Bd%5D(e)&f=%20"]


@pytest.mark.parametrize(
    "text", ["1. one", "12) twelve", "- dash", "+ plus", "* star", "# head", "> said", "===", "---"]
)
def test_no_sentence_begins_a_list_a_heading_or_a_rule(text: str) -> None:
    run = run_of()
    told = as_markdown(run.model_copy(update={"report": run.report.model_copy(update={"executive_summary": text})}))
    plain = as_markdown(run.model_copy(update={"report": run.report.model_copy(update={"executive_summary": "x"})}))
    document = Document(told)
    assert [token.type for token in document.tokens] == [token.type for token in Document(plain).tokens]
    assert text in [said(token.children or ()) for token in document.tokens]


def test_ordinary_values_are_left_as_they_are_typed() -> None:
    told = as_markdown(run_of(evidence=[entry(sample=[{"splunk_server": "-5.2", "v": "10.0.2 (a/b)", "w": "x=1"}])]))
    assert "| splunk_server | v | w |\n| --- | --- | --- |\n| -5.2 | 10.0.2 (a/b) | x=1 |" in told
