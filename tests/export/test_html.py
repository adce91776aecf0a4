"""The HTML page: nothing said in a run becomes a part of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.run import Finding, Run
from bot.domain.status import TaskStatus
from bot.export.html import as_html
from bot.safety.hidden import visible
from tests.export.packets import HOSTILE, Page, entry, run_of, task

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section", "h1", "h2", "h3", "p"),
    *("ul", "ol", "li", "dl", "div", "dt", "dd", "a", "pre", "code", "figure", "figcaption"),
    *("table", "thead", "tbody", "tr", "th", "td", "svg", "desc", "g", "rect", "line", "polyline", "text"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "rel", "scope", "tabindex", "role"),
    *("aria-label", "aria-labelledby", "viewbox", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "rx", "points"),
}


def holding(text: str) -> Run:
    """Return a run with *text* wherever a run can hold text."""
    finding = Finding(id="a.x", status=TaskStatus.WARNING, text=text, evidence=("E1",))
    result = task(text, status=TaskStatus.WARNING, title=text, findings=(finding,), reason=text, scope=text)
    searched = entry(
        sample=[{text: text, "host": (text, text)}], spl=text, messages=(text,), sid=text, link=text, error=text
    )
    asked = {"title": text, "id": text, "workflow": text, "stopped": text, "notes": (text,), "requested_by": text}
    return run_of([result], evidence=[searched.model_copy(update={"probe": text, "id": text})], **asked)


def assert_nothing_got_out(page: Page) -> None:
    assert {tag for tag, _ in page.elements} <= TAGS
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    assert not page.comments
    assert not page.open
    assert all((said["href"] or "").startswith(("#", "http://", "https://")) for said in page.all("a"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_data_reads_as_itself_and_builds_nothing(text: str) -> None:
    page = Page(as_html(holding(text)))
    assert_nothing_got_out(page)
    shown = visible(text.replace("\ud800", "\ufffd"))
    assert page.texts.count(shown) > 8
    assert f"{shown}\n{shown}" in page.texts  # a multivalue cell


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet=st.characters(codec=None), max_size=40) | st.text(alphabet="<>&\"'/!-=ab [E1]\n", max_size=40))
def test_no_text_ever_becomes_a_tag_or_an_attribute(text: str) -> None:
    assert_nothing_got_out(Page(as_html(holding(text))))


def test_a_page_needs_no_network_and_runs_no_script() -> None:
    whole = as_html(run_of([task("a")], evidence=[entry(link="https://splunk.example/x?a=1&b=2")]))
    page = Page(whole)
    policy = next(said["content"] for said in page.all("meta") if said.get("http-equiv") == "Content-Security-Policy")
    assert (policy or "").startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.elements}
    assert "url(" not in whole
    assert "@import" not in whole
    assert [said["href"] for said in page.all("a") if said.get("rel")] == ["https://splunk.example/x?a=1&b=2"]


def test_no_address_leaves_its_attribute() -> None:
    link = "https://splunk.example/?q='\"onclick=alert(1)&x=<b>"
    page = Page(as_html(run_of(evidence=[entry(link=link)])))
    assert_nothing_got_out(page)
    assert link in [said["href"] for said in page.all("a")]


def test_a_citation_leads_to_its_search_and_an_unknown_one_nowhere() -> None:
    finding = Finding(id="a.x", status=TaskStatus.CRITICAL, text="blocked [E7]", evidence=("E1", "E2"))
    results = [task("a", status=TaskStatus.CRITICAL, findings=(finding,))]
    page = Page(as_html(run_of(results, evidence=[entry(1, [{"host": "[E1]"}]), entry(2)])))
    ids = [said["id"] for _, said in page.elements if said.get("id")]
    assert len(ids) == len(set(ids))
    targets = [(said["href"] or "")[1:] for said in page.all("a")]
    assert {"E1", "E2"} <= set(targets) <= set(ids)
    assert page.texts.count("[E1]") == 1  # a row is data, and cites nothing


def test_what_the_picture_shows_is_in_the_table_too() -> None:
    results = [task("a", status=TaskStatus.FAILED), task("b", None, status=TaskStatus.NOT_CHECKED)]
    page = Page(as_html(run_of(results)))
    for words in ("A (a)", "failed", "B (b)", "not checked", "never begun"):
        assert words in page.texts
    assert not Page(as_html(run_of())).all("svg")


def test_two_hundred_checks_have_a_row_each() -> None:
    phases = [[f"t{n}" for n in range(start, start + 20)] for start in range(0, 200, 20)]
    results = [task(name, begins=float(number)) for number, phase in enumerate(phases) for name in phase]
    page = Page(as_html(run_of(results, phases)))
    assert_nothing_got_out(page)
    assert len(page.all("rect", "bar")) == 200
    assert len(page.all("rect", "band")) == 10
