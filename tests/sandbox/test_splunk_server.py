"""The sandbox Splunk over a real socket: codes, texts and shapes as splunkd gives them."""

import asyncio
import base64
import ssl
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox.splunk import SandboxSplunk
from tests.certificates import certificate
from tests.shipped import shipped_scenario

NOW = 1_764_044_379.25
TOKEN = {"Authorization": "Bearer sandbox-token"}
JOBS = "/services/search/v2/jobs"
COUNT = "| tstats count where index=web"
ATOM = {"a": "http://www.w3.org/2005/Atom", "s": "http://dev.splunk.com/ns/rest"}


@pytest.fixture
async def splunk() -> AsyncIterator[SandboxSplunk]:
    async with SandboxSplunk(shipped_scenario("healthy"), now=NOW) as served:
        yield served


@pytest.fixture
async def client(splunk: SandboxSplunk) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(splunk.url, headers=TOKEN) as session:
        yield session


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - the sandbox wrote it


def basic(password: str) -> str:
    return f"Basic {base64.b64encode(f'troubleshooter:{password}'.encode()).decode()}"


async def dispatch(client: aiohttp.ClientSession, spl: str = COUNT, **parameters: str) -> str:
    form = {"search": spl, "earliest_time": "-1h", "latest_time": "now", "output_mode": "json", **parameters}
    async with client.post(JOBS, data=form) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["sid"])


async def refused(client: aiohttp.ClientSession, spl: str = COUNT, **parameters: str) -> tuple[int, str, str]:
    async with client.post(JOBS, data={"search": spl, "output_mode": "json", **parameters}) as answer:
        message = (await answer.json())["messages"][0]
        return answer.status, message["type"], message["text"]


async def look(client: aiohttp.ClientSession, sid: str) -> dict[str, Any]:
    """Look at a job until it is there at all."""
    while True:
        async with client.get(f"{JOBS}/{sid}", params={"output_mode": "json"}) as answer:
            if answer.status != 204:
                return dict((await answer.json())["entry"][0]["content"])


async def done(client: aiohttp.ClientSession, sid: str) -> dict[str, Any]:
    while True:
        content = await look(client, sid)
        if content["isDone"]:
            return content


async def results(client: aiohttp.ClientSession, sid: str, **parameters: str) -> dict[str, Any]:
    await done(client, sid)
    async with client.get(f"{JOBS}/{sid}/results", params={"output_mode": "json", **parameters}) as answer:
        return dict(await answer.json())


async def test_a_job_is_not_ready_then_runs_then_is_done(client: aiohttp.ClientSession) -> None:
    sid = await dispatch(client)
    async with client.get(f"{JOBS}/{sid}") as answer:
        assert (answer.status, await answer.text()) == (204, "")
    assert (await look(client, sid))["dispatchState"] == "RUNNING"
    content = await look(client, sid)
    assert (content["dispatchState"], content["isDone"], content["resultCount"]) == ("DONE", True, 1)


async def test_results_are_strings_and_lists_with_iso_times_on_one_line(client: aiohttp.ClientSession) -> None:
    sid = await dispatch(client, "| tstats count values(host) as hosts where index=web by _time span=1h")
    await done(client, sid)
    async with client.get(f"{JOBS}/{sid}/results", params={"output_mode": "json"}) as answer:
        text = await answer.text()
    assert "\n" not in text
    first = (await results(client, sid))["results"][0]
    assert first["_time"] == "2025-11-25T03:00:00.000+00:00"
    assert first["count"].isdigit()
    assert first["hosts"] == ["fwd01", "fwd02", "fwd03", "fwd04", "fwd05"]


async def test_results_come_a_hundred_at_a_time_unless_asked(client: aiohttp.ClientSession) -> None:
    sid = await dispatch(client, "search index=web")
    assert len((await results(client, sid))["results"]) == 100
    assert len((await results(client, sid, count="0"))["results"]) == 900
    page = await results(client, sid, count="5", offset="898")
    assert (len(page["results"]), page["init_offset"]) == (2, 898)


async def test_max_count_bounds_what_a_job_keeps(client: aiohttp.ClientSession) -> None:
    sid = await dispatch(client, "search index=web", max_count="7")
    assert (await done(client, sid))["resultCount"] == 7


async def test_rows_and_columns_and_csv_hold_the_same(client: aiohttp.ClientSession) -> None:
    sid = await dispatch(client, "| tstats count where index=web by index")
    assert (await results(client, sid, output_mode="json_rows"))["rows"] == [["web", "900"]]
    assert (await results(client, sid, output_mode="json_cols"))["columns"] == [["web"], ["900"]]
    async with client.get(f"{JOBS}/{sid}/results", params={"output_mode": "csv"}) as answer:
        assert await answer.text() == "index,count\nweb,900\n"


async def test_an_unreadable_time_is_dropped_and_all_time_is_searched(client: aiohttp.ClientSession) -> None:
    bounded = await results(client, await dispatch(client))
    unbounded = await results(client, await dispatch(client, earliest_time="NaN"))
    assert int(unbounded["results"][0]["count"]) > int(bounded["results"][0]["count"])


async def test_times_in_the_spl_win_and_the_job_says_so(client: aiohttp.ClientSession) -> None:
    content = await done(client, await dispatch(client, "search index=web earliest=-5m"))
    assert content["messages"] == [
        {"type": "INFO", "text": "Your timerange was substituted based on your search string"}
    ]


@pytest.mark.parametrize(
    "path", ["/services/search/jobs", "/services/search/v2/jobs/", "/servicesNS/nobody/search/search/v2/jobs"]
)
async def test_every_spelling_of_the_job_endpoint_works(client: aiohttp.ClientSession, path: str) -> None:
    async with client.post(path, params={"output_mode": "json"}, data={"search": COUNT}) as answer:
        assert answer.status == 201
        sid = (await answer.json())["sid"]
    async with client.get(f"{path.rstrip('/')}/{sid}/") as answer:
        assert answer.status == 204


async def test_oneshot_answers_with_rows_and_blocking_with_a_sid(
    client: aiohttp.ClientSession, splunk: SandboxSplunk
) -> None:
    form = {"search": COUNT, "earliest_time": "-1h", "output_mode": "json", "exec_mode": "oneshot"}
    async with client.post(JOBS, data=form) as answer:
        assert (answer.status, (await answer.json())["results"]) == (200, [{"count": "900"}])
    sid = await dispatch(client, exec_mode="blocking")
    assert (await look(client, sid))["dispatchState"] == "DONE"


async def test_export_writes_a_line_for_each_row(client: aiohttp.ClientSession) -> None:
    for spl, lines in (("search index=web | head 3", 3), ("search index=gone", 1)):
        async with client.post(f"{JOBS}/export", data={"search": spl, "output_mode": "json"}) as answer:
            assert (await answer.text()).count("\n") == lines


async def test_xml_is_the_default(client: aiohttp.ClientSession) -> None:
    async with client.post(JOBS, data={"search": COUNT, "earliest_time": "-1h"}) as answer:
        sid = parsed(await answer.text()).findtext("sid")
    await done(client, str(sid))
    async with client.get(f"{JOBS}/{sid}") as answer:
        entry = parsed(await answer.text())
    assert entry.tag == f"{{{ATOM['a']}}}entry"
    assert entry.find(".//a:link[@rel='alternate']", ATOM) is not None
    assert {key.get("name"): key.text for key in entry.iterfind(".//s:key", ATOM)}["isDone"] == "1"
    async with client.post(f"{JOBS}/{sid}/results") as answer:
        assert parsed(await answer.text()).findtext(".//field[@k='count']/value/text") == "900"


@pytest.mark.parametrize(
    ("spl", "text"),
    [
        ("index=web", "Unknown search command 'index'."),
        ("search index=web | frobnicate", "Unknown search command 'frobnicate'."),
        ("| makeresults | eval a=(", "Error in 'eval' command: The expression is malformed."),
        ("", "Missing a search command"),
    ],
)
async def test_what_is_no_search_gets_400_and_fatal(client: aiohttp.ClientSession, spl: str, text: str) -> None:
    status, severity, said = await refused(client, spl)
    assert (status, severity) == (400, "FATAL")
    assert text in said


async def test_a_search_that_fails_while_it_runs_is_a_failed_job(client: aiohttp.ClientSession) -> None:
    content = await done(client, await dispatch(client, "| inputlookup hosts.csv"))
    assert (content["dispatchState"], content["isFailed"], content["messages"][0]["type"]) == ("FAILED", True, "FATAL")


async def test_a_cancelled_job_is_gone(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.hold = asyncio.Event()
    sid, other = await dispatch(client), await dispatch(client)
    assert splunk.running == [sid, other]
    async with client.post(f"{JOBS}/{sid}/control", data={"action": "cancel"}) as answer:
        assert answer.status == 200
    async with client.delete(f"{JOBS}/{other}") as answer:
        assert answer.status == 200
    async with client.delete(f"{JOBS}/{other}", params={"output_mode": "json"}) as answer:
        assert answer.status == 404
        assert (await answer.json())["messages"] == [{"type": "FATAL", "text": "Unknown sid."}]
    assert (splunk.running, splunk.cancelled) == ([], [sid, other])


async def test_deleting_a_job_that_is_done_cancels_nothing(
    client: aiohttp.ClientSession, splunk: SandboxSplunk
) -> None:
    sid = await dispatch(client)
    await done(client, sid)
    async with client.delete(f"{JOBS}/{sid}") as answer:
        assert answer.status == 200
    assert splunk.cancelled == []


async def test_a_held_job_runs_until_it_is_let_go(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.hold = asyncio.Event()
    sid = await dispatch(client)
    for _ in range(5):
        assert not (await look(client, sid))["isDone"]
    splunk.faults.hold.set()
    await splunk.until(lambda: not splunk.running)
    assert (await look(client, sid))["isDone"]


async def test_a_finalized_job_is_done_with_what_it_had(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.hold = asyncio.Event()
    sid = await dispatch(client)
    async with client.post(f"{JOBS}/{sid}/control", data={"action": "finalize"}) as answer:
        assert answer.status == 200
    content = await done(client, sid)
    assert (content["isFinalized"], content["resultCount"]) == (True, 0)


async def test_a_oneshot_whose_client_goes_away_stops(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.hold = asyncio.Event()
    waiting = asyncio.create_task(client.post(JOBS, data={"search": COUNT, "exec_mode": "oneshot"}).__aenter__())
    await splunk.until(lambda: len(splunk.running) == 1)
    waiting.cancel()
    splunk.faults.hold.set()
    await splunk.until(lambda: not splunk.running)


async def test_a_job_expires_after_its_time_to_live() -> None:
    clock = [NOW]
    async with (
        SandboxSplunk(shipped_scenario("healthy"), now=lambda: clock[0]) as splunk,
        aiohttp.ClientSession(splunk.url, headers=TOKEN) as client,
    ):
        sid = await dispatch(client, timeout="30")
        await done(client, sid)
        clock[0] += 31
        async with client.get(f"{JOBS}/{sid}") as answer:
            assert answer.status == 404


async def test_a_sid_of_ones_own_is_taken_once(client: aiohttp.ClientSession) -> None:
    assert await dispatch(client, id="bot_1_a") == "bot_1_a"
    assert (await refused(client, id="bot_1_a"))[0] == 409


async def test_searches_are_remembered_with_their_times(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    sid = await dispatch(client)
    seen = splunk.searches[0]
    assert (seen.sid, seen.spl, seen.earliest_time, seen.latest_time) == (sid, COUNT, "-1h", "now")


async def test_both_kinds_of_503(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.busy_times = 1
    status, severity, text = await refused(client)
    assert (status, severity) == (503, "FATAL")
    assert "maximum number of concurrent historical searches on this instance" in text
    await dispatch(client)
    splunk.faults.busy_times, splunk.faults.busy_kind = 1, "role"
    assert 'searches for user "troubleshooter" has been reached (usage=6, quota=6)' in (await refused(client))[2]


async def test_the_role_quota_counts_running_searches(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.enforce_quota, splunk.faults.hold = True, asyncio.Event()
    for _ in range(6):
        await dispatch(client)
    assert (await refused(client))[0] == 503
    splunk.faults.hold.set()
    await splunk.until(lambda: not splunk.running)
    await dispatch(client)


@pytest.mark.parametrize(
    ("authorization", "severity", "text", "challenge"),
    [
        ("Bearer expired", "WARN", "call not properly authenticated", None),
        ("Splunk nosuchsession", "WARN", "call not properly authenticated", None),
        ("", "WARN", "call not properly authenticated", None),
        (basic("wrong"), "ERROR", "Unauthorized", 'Basic realm="/splunk"'),
        ("Basic nonsense", "ERROR", "Unauthorized", 'Basic realm="/splunk"'),
    ],
)
async def test_both_kinds_of_401(
    splunk: SandboxSplunk, authorization: str, severity: str, text: str, challenge: str | None
) -> None:
    async with aiohttp.ClientSession(splunk.url, headers={"Authorization": authorization}) as client:
        answer = await client.get("/services/server/info", params={"output_mode": "json"})
        assert answer.status == 401
        assert answer.headers.get("WWW-Authenticate") == challenge
        assert (await answer.json())["messages"] == [{"type": severity, "text": text}]


async def test_the_right_password_is_taken_without_a_session(splunk: SandboxSplunk) -> None:
    async with aiohttp.ClientSession(splunk.url, headers={"Authorization": basic("sandbox")}) as client:
        assert (await client.get("/services/server/info")).status == 200


async def test_a_session_key_comes_from_the_password(splunk: SandboxSplunk) -> None:
    async with aiohttp.ClientSession(splunk.url) as client:
        for form, status in (
            ({"username": "troubleshooter"}, 400),
            ({"username": "troubleshooter", "password": "no"}, 401),
        ):
            async with client.post("/services/auth/login", data=form) as answer:
                assert answer.status == status
        good = {"username": "troubleshooter", "password": "sandbox", "output_mode": "json"}
        async with client.post("/services/auth/login", data=good) as answer:
            key = (await answer.json())["sessionKey"]
        async with client.get("/services/server/info", headers={"Authorization": f"Splunk {key}"}) as answer:
            assert answer.status == 200


async def test_a_login_with_cookies_needs_no_header(splunk: SandboxSplunk) -> None:
    async with aiohttp.ClientSession(splunk.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        good = {"username": "troubleshooter", "password": "sandbox", "cookie": "1"}
        async with client.post("/services/auth/login", data=good) as answer:
            assert answer.status == 200
        async with client.get("/services/server/info") as answer:
            assert answer.status == 200


async def test_every_token_can_expire(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.unauthorized = True
    assert (await refused(client))[:2] == (401, "WARN")


async def test_server_info_and_the_callers_own_roles(client: aiohttp.ClientSession) -> None:
    async with client.get("/services/server/info", params={"output_mode": "json"}) as answer:
        document = await answer.json()
    assert document["entry"][0]["content"]["version"] == "10.0.2"
    async with client.get("/services/authentication/current-context", params={"output_mode": "json"}) as answer:
        content = (await answer.json())["entry"][0]["content"]
    assert content["username"] == "troubleshooter"
    assert content["roles"] == ["troubleshooter"]
    assert "rest_properties_get" in content["capabilities"]


async def test_a_collection_gives_thirty_entries_unless_asked(client: aiohttp.ClientSession) -> None:
    path = "/services/deployment/server/clients"
    for count, entries in ((None, 30), ("0", 40), ("3", 3)):
        async with client.get(path, params={"output_mode": "json"} | ({"count": count} if count else {})) as answer:
            document = await answer.json()
        assert (len(document["entry"]), document["paging"]["total"]) == (entries, 40)


async def test_unknown_paths_members_and_forbidden_ones(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.forbidden.append("licenser/*")
    asked = {
        "/services/no/such": (404, "Not Found"),
        "/services/deployment/server/clients/ghost": (404, "Could not find object id=ghost"),
        "/services/licenser/pools": (
            403,
            "You (user=troubleshooter) do not have permission to perform this operation.",
        ),
    }
    for path, (status, text) in asked.items():
        async with client.get(path, params={"output_mode": "json"}) as answer:
            assert (answer.status, (await answer.json())["messages"][0]["text"]) == (status, text)


async def test_a_dead_peer_shows_in_the_messages_and_in_the_counts(
    client: aiohttp.ClientSession, splunk: SandboxSplunk
) -> None:
    splunk.faults.peers_down = ["idx2"]
    sid = await dispatch(client)
    content = await done(client, sid)
    assert (content["isFailed"], content["messages"][0]["type"]) == (False, "WARN")
    assert "peer named idx2" in content["messages"][0]["text"]
    assert (await results(client, sid))["results"] == [{"count": "450"}]


async def test_chosen_searches_fail_or_are_partial(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.fatal_for, splunk.faults.partial_for = "index=app", "index=os"
    assert (await done(client, await dispatch(client, "| tstats count where index=app")))["isFailed"]
    partial = await done(client, await dispatch(client, "| tstats count where index=os"))
    assert [message["type"] for message in partial["messages"]] == ["WARN"]
    assert (await done(client, await dispatch(client)))["messages"] == []


async def test_a_proxys_page_and_a_broken_connection(client: aiohttp.ClientSession, splunk: SandboxSplunk) -> None:
    splunk.faults.html = True
    async with client.get("/services/server/info") as answer:
        assert (answer.content_type, (await answer.text())[:9]) == ("text/html", "<!DOCTYPE")
    splunk.faults.down = True
    with pytest.raises(aiohttp.ClientError):
        await client.get("/services/server/info")


async def test_a_refused_endpoint_is_a_warning_of_the_rest_command(
    client: aiohttp.ClientSession, splunk: SandboxSplunk
) -> None:
    splunk.faults.forbidden.append("licenser/pools")
    content = await done(client, await dispatch(client, "| rest splunk_server=local /services/licenser/pools"))
    assert (content["resultCount"], content["messages"][0]["type"]) == (0, "WARN")
    assert "status=403" in content["messages"][0]["text"]


async def test_the_parser_lists_commands(client: aiohttp.ClientSession) -> None:
    form = {"q": "search index=web | stats count by host", "output_mode": "json"}
    async with client.post("/services/search/v2/parser", data=form) as answer:
        assert [command["command"] for command in (await answer.json())["commands"]] == ["search", "stats"]
    async with client.get("/services/search/v2/parser", params=form) as answer:
        assert answer.status == 405


async def test_twelve_searches_at_once_all_answer(client: aiohttp.ClientSession) -> None:
    sids = await asyncio.gather(*[dispatch(client) for _ in range(12)])
    answers = await asyncio.gather(*[results(client, sid) for sid in sids])
    assert {answer["results"][0]["count"] for answer in answers} == {"900"}


async def test_tls_is_served_when_a_context_is_given(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=made.file)
    async with (
        SandboxSplunk(shipped_scenario("healthy"), now=NOW, tls=made.server) as splunk,
        aiohttp.ClientSession(splunk.url, headers=TOKEN, connector=aiohttp.TCPConnector(ssl=trusting)) as client,
    ):
        assert splunk.url.startswith("https://")
        assert (await client.get("/services/server/info")).status == 200
