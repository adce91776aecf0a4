"""A search reads no more than its origin's policy allows."""

import pytest

from bot.domain.window import TimeWindow
from bot.errors import SearchOutOfBounds
from bot.safety.bounds import POLICIES, Origin
from bot.safety.spl import limit
from bot.safety.times import window
from tests.safety.accepted import SHIPPED

NOW = 1_790_000_000.0
WORKFLOW, AGENT, USER = POLICIES[Origin.WORKFLOW], POLICIES[Origin.AGENT], POLICIES[Origin.USER]
LAST_HOUR = window("-1h", "now", NOW)


@pytest.mark.parametrize("spl", SHIPPED)
def test_a_workflow_may_send_what_is_shipped(spl: str) -> None:
    limit(spl, window("-24h", "now", NOW), WORKFLOW)


@pytest.mark.parametrize(
    ("spl", "earliest", "latest"),
    [
        (
            'index="web" _index_earliest=-60m | head 20000 | eval l=_indextime-_time | stats count by sourcetype',
            "-7d",
            "+7d",
        ),
        ('| tstats count max(_time) as t where index="web" by host sourcetype | sort -count', "+5m", "+10y"),
        ('| tstats count where index="web" by _time span=1h', "-7d@h", "@h"),
        ("| tstats count where index=* by index", "-24h", "now"),
    ],
)
def test_a_workflow_may_look_for_late_and_future_events(spl: str, earliest: str, latest: str) -> None:
    limit(spl, window(earliest, latest, NOW), WORKFLOW)


@pytest.mark.parametrize("origin", Origin)
def test_each_policy_takes_its_own_span_and_no_more(origin: Origin) -> None:
    policy = POLICIES[origin]
    limit("index=web | head 1", TimeWindow(earliest=NOW - policy.max_span_s, latest=NOW), policy)
    with pytest.raises(SearchOutOfBounds, match="narrow its time window"):
        limit("index=web | head 1", TimeWindow(earliest=NOW - policy.max_span_s - 3600, latest=NOW), policy)


def test_a_summary_may_cover_more_than_raw_events() -> None:
    wide = window("-6d", "now", NOW)
    limit("| tstats count where index=web", wide, AGENT)
    with pytest.raises(SearchOutOfBounds, match=r"'search' at 1:1 covers 6\.0 days"):
        limit("index=web | stats count", wide, AGENT)


def test_what_reads_no_events_has_no_span() -> None:
    limit("| rest /services/server/info", window("-1y", "now", NOW), AGENT)
    limit("| makeresults | eval index=1", window("-1y", "now", NOW), AGENT)


def test_a_filter_further_down_the_pipeline_is_no_read() -> None:
    limit("index=web | search status=500 | where x=1", LAST_HOUR, AGENT)


def test_a_template_reads_nothing_by_itself() -> None:
    limit("index=web | stats count by host | appendpipe [search count=0]", LAST_HOUR, AGENT)


def test_a_subsearch_is_held_to_the_window_too() -> None:
    with pytest.raises(SearchOutOfBounds, match=r"'search' at 1:27"):
        limit("| tstats count | append [ search index=web | head 1]", window("-3d", "now", NOW), AGENT)


@pytest.mark.parametrize(
    "spl",
    [
        "index=web earliest=-1h@h latest=@h",
        'index=web earliest="-30m"',
        f"index=web earliest={NOW - 600:.0f} latest=now",
        "index=web _index_earliest=-5m",
        "index=web [search index=b earliest=-2h | fields src]",
        "| tstats count where index=web earliest=-2d by host",
        "index=web | stats earliest(_time) as first latest(_time) as last by host",
        "index=web | where latest > 5",
        "index=web | append [search index=web | stats latest(x) as latest]",
    ],
)
def test_a_narrow_time_in_the_search_is_fine(spl: str) -> None:
    limit(spl, LAST_HOUR, AGENT)


@pytest.mark.parametrize(
    "spl",
    [
        "index=web earliest=-30d",
        "index=web earliest=0",
        "index=web earliest=1",
        'index=web earliest=""',
        "index=web earliest=",
        "index=web EARLIEST=-30d",
        'index=web "earliest"=-30d',
        "index=web earliest = -30d",
        "index=web earliest::-30d",
        "index=web earliest>-30d",
        "index=web earliest=whenever",
        "index=web earliest=rt",
        "index=web earliest=rt-5m latest=rtnow",
        "index=web latest=rt",
        "index=web earliest=NaN",
        "index=web earliest=-1h OR earliest=-1y",
        "(index=web earliest=-1y latest=-300d) OR index=b",
        "index=web latest=+1y",
        "index=web earliest=-1h latest=-2h",
        "index=web earliest=[| makeresults | return $x]",
        "index=web _index_earliest=rt",
        "index=web _index_latest=whenever",
        "index=web starttime=01/01/2001:00:00:00",
        "index=web startdaysago=400",
        "index=web daysago=400",
        "index=web searchtimespandays=400",
        "| tstats count where index=web earliest=-1y by host",
        "| metasearch index=web earliest=-1y",
        "index=a | join host [search index=web earliest=-30d]",
        "index=a | append [| tstats count where index=b earliest=rt]",
        "index=web [| makeresults | eval earliest=0 | return earliest]",
        "index=web [| makeresults | eval x=0 | rename x as earliest | fields earliest]",
        "index=web [| inputlookup times.csv | fields earliest latest | format]",
        "index=web [| inputlookup times.csv | return earliest]",
    ],
)
def test_a_wide_real_time_or_unreadable_time_in_the_search_is_refused(spl: str) -> None:
    with pytest.raises(SearchOutOfBounds):
        limit(spl, LAST_HOUR, AGENT)


@pytest.mark.parametrize(
    "spl",
    [
        "(index=a earliest=-1h) OR index=b",
        "index=b OR (index=a earliest=-1h latest=now)",
        "index=web NOT earliest=-1h",
        'index=web msg="earliest=-1h"',
        "index=web earliest=-1h",
        "| tstats count where index=web earliest=-1h",
    ],
)
def test_a_time_in_the_search_makes_a_wide_window_no_narrower(spl: str) -> None:
    with pytest.raises(SearchOutOfBounds, match="narrow its time window"):
        limit(spl, window("-300d", "now", NOW), AGENT)


@pytest.mark.parametrize("origin", Origin)
def test_real_time_is_refused_for_everyone(origin: Origin) -> None:
    with pytest.raises(SearchOutOfBounds, match="real time"):
        limit("index=web earliest=rt", LAST_HOUR, POLICIES[origin])


def test_the_future_is_for_workflows() -> None:
    ahead = window("-1h", "+30d", NOW)
    limit("index=web", ahead, WORKFLOW)
    with pytest.raises(SearchOutOfBounds, match="into the future"):
        limit("index=web", ahead, AGENT)


def test_without_the_moment_it_was_asked_the_whole_window_counts_as_past() -> None:
    with pytest.raises(SearchOutOfBounds, match="narrow"):
        limit("index=web", TimeWindow(earliest=NOW, latest=NOW + 366 * 86_400), WORKFLOW)


@pytest.mark.parametrize(
    "spl",
    [
        "index=web",
        "index=web*",
        "index=_internal error OR fail",
        "index=a OR index=b x=1",
        "(index=a OR index=b) NOT y",
        "index IN (a, b) error",
        'index="web" host=x',
        "index::web",
        "(error OR fail) index=web",
        "((index=web))",
        "index=web NOT index=app",
        "index=web [search index=ids | fields src]",
        "| tstats count where index=* by index",
        "| metadata type=hosts",
        "| tstats count from datamodel=Web by Web.host",
        "| from datamodel:Web",
    ],
)
def test_an_agent_may_search_the_indexes_that_it_names(spl: str) -> None:
    limit(spl, LAST_HOUR, AGENT)


@pytest.mark.parametrize(
    "spl",
    [
        "error",
        "index=*",
        "index=_*",
        "index=* OR index=_*",
        'index="*"',
        "index=web OR error",
        "index=web OR index=*",
        "(index=web x=1) OR (error)",
        "NOT index=web",
        "NOT NOT index=web",
        "| search error",
        "index!=web",
        "index IN (web, *)",
        "index>a",
        '"index=web" error',
        "xindex=web",
        "host=x [search index=ids | fields src]",
        "index=web [search error]",
        "index=web | append [search *]",
        "| multisearch [search index=web] [search index=*]",
        "index=*e*",
        "index=web OR " + "(" * 500 + "error" + ")" * 500,
    ],
)
def test_an_agent_may_not_search_every_index(spl: str) -> None:
    with pytest.raises(SearchOutOfBounds, match="must name"):
        limit(spl, LAST_HOUR, AGENT)


@pytest.mark.parametrize(
    "subsearch",
    [
        '| makeresults | eval x=") OR (index=secret" | return $x',
        '| makeresults | eval search=") OR (index=secret" | fields search',
        "| inputlookup x.csv | rename a as query",
        "search index=b [| inputlookup x.csv | return $a]",
    ],
)
def test_an_agent_may_not_take_the_text_of_its_search_from_a_subsearch(subsearch: str) -> None:
    with pytest.raises(SearchOutOfBounds, match="takes text from a subsearch"):
        limit(f"index=web [{subsearch}]", LAST_HOUR, AGENT)
    limit(f"index=web [{subsearch}]", LAST_HOUR, USER)


def test_a_person_may_search_every_index() -> None:
    limit("index=* error", LAST_HOUR, USER)


def test_a_policy_may_name_the_only_indexes() -> None:
    strict = USER.model_copy(update={"indexes": ("web*", "_internal")})
    limit("index=web_prod", LAST_HOUR, strict)
    limit("| tstats count where index=_internal", LAST_HOUR, strict)
    for spl in ("index=app", "index=web OR index=app", "error", "index=*", "| tstats count where index=* by index"):
        with pytest.raises(SearchOutOfBounds):
            limit(spl, LAST_HOUR, strict)


def test_a_policy_may_forbid_times_in_the_search() -> None:
    strict = USER.model_copy(update={"modifiers": frozenset({"_index_earliest"})})
    limit("index=a _index_earliest=-5m", LAST_HOUR, strict)
    with pytest.raises(SearchOutOfBounds, match="sets its time by earliest="):
        limit("index=a earliest=-5m", LAST_HOUR, strict)


def test_no_amount_of_not_or_parentheses_breaks_the_judge() -> None:
    for spl in ("NOT " * 9_000, "( " * 9_000, "index=a " + "OR " * 9_000, ") " * 9_000):
        with pytest.raises(SearchOutOfBounds):
            limit(spl + " error OR x", LAST_HOUR, AGENT)
    limit("AND " * 9_000 + "index=a", LAST_HOUR, AGENT)
