"""What `check --online` finds out about our rights in Splunk, and how many searches fit at once."""

from typing import Any

import pytest

from bot.splunk.client import SplunkClient
from bot.splunk.selfcheck import NEEDED
from tests.splunk.scripted import ScriptedSplunk, refusal, reply

INDEXES = ["*", "_internal", "_audit", "_introspection"]


def entry(name: str, **content: Any) -> dict[str, Any]:
    return {"name": name, "content": content}


@pytest.fixture
def splunk_of_a_bot(splunk: ScriptedSplunk) -> ScriptedSplunk:
    """Give a Splunk in which everything is as it should be."""
    context = entry("context", username="bot", roles=["watcher", "user"], capabilities=list(NEEDED))
    roles = [
        entry("admin", srchJobsQuota=50, srchIndexesAllowed=["_*"]),
        entry("user", srchJobsQuota=3, imported_srchJobsQuota=0, srchIndexesAllowed=["main"]),
        entry("watcher", srchJobsQuota=8, srchIndexesAllowed=INDEXES, imported_srchIndexesAllowed=[]),
    ]
    splunk.script("current-context", reply({"entry": [context]}))
    splunk.script("roles", reply({"entry": roles}))
    splunk.script("info", reply({"entry": [entry("server-info", version="10.4.2")]}))
    return splunk


def change_context(splunk: ScriptedSplunk, **change: Any) -> None:
    context = {"username": "bot", "roles": ["watcher"], "capabilities": list(NEEDED), **change}
    splunk.script("current-context", reply({"entry": [entry("context", **context)]}))


def change_role(splunk: ScriptedSplunk, **content: Any) -> None:
    splunk.script("roles", reply({"entry": [entry("watcher", **content)]}))


async def test_a_role_as_it_should_be_gets_facts_only(splunk_of_a_bot: ScriptedSplunk, client: SplunkClient) -> None:
    found = await client.inspect()
    assert (found.problems, found.warnings) == ((), ())
    assert (found.version, found.username, found.quota) == ("10.4.2", "bot", 8)
    assert found.readable_indexes == ("*", "_audit", "_internal", "_introspection", "main")
    assert "Signed in as bot, roles: watcher, user" in found.facts


async def test_a_missing_capability_says_what_it_would_unlock(
    splunk_of_a_bot: ScriptedSplunk, client: SplunkClient
) -> None:
    change_context(splunk_of_a_bot, capabilities=[name for name in NEEDED if name != "dispatch_rest_to_indexers"])
    found = await client.inspect()
    assert found.problems == ()
    assert ["dispatch_rest_to_indexers: | rest on the indexers" in warning for warning in found.warnings] == [True]


async def test_a_role_that_may_not_search_is_a_problem(splunk_of_a_bot: ScriptedSplunk, client: SplunkClient) -> None:
    change_context(splunk_of_a_bot, capabilities=["list_settings"])
    assert "capability search" in (await client.inspect()).problems[0]


async def test_rights_to_write_are_warned_of(splunk_of_a_bot: ScriptedSplunk, client: SplunkClient) -> None:
    change_context(
        splunk_of_a_bot, capabilities=[*NEEDED, "delete_by_keyword", "edit_user", "run_collect", "get_metadata"]
    )
    [warning] = (await client.inspect()).warnings
    assert "delete_by_keyword, edit_user, run_collect. " in warning


async def test_a_star_does_not_cover_the_internal_indexes(
    splunk_of_a_bot: ScriptedSplunk, client: SplunkClient
) -> None:
    change_role(splunk_of_a_bot, srchJobsQuota=3, srchIndexesAllowed=["*"], imported_srchIndexesAllowed=["_a*"])
    warnings = (await client.inspect()).warnings
    assert [warning.split(":")[0] for warning in warnings] == [
        "The bot may not read _internal",
        "The bot may not read _introspection",
    ]


async def test_roles_that_cannot_be_seen_leave_the_rest_known(
    splunk_of_a_bot: ScriptedSplunk, client: SplunkClient
) -> None:
    splunk_of_a_bot.script("roles", refusal(403, "Forbidden"))
    found = await client.inspect()
    assert (found.problems, found.quota, found.readable_indexes) == ((), None, None)
    assert "cannot be seen" in found.warnings[0]


async def test_a_version_that_cannot_be_seen_is_no_problem(
    splunk_of_a_bot: ScriptedSplunk, client: SplunkClient
) -> None:
    splunk_of_a_bot.script("info", refusal(403, "Forbidden"))
    found = await client.inspect()
    assert (found.version, found.problems) == (None, ())


async def test_a_refused_token_is_the_one_problem(splunk_of_a_bot: ScriptedSplunk, client: SplunkClient) -> None:
    splunk_of_a_bot.script("current-context", refusal(401, "call not properly authenticated", "WARN"))
    found = await client.inspect()
    assert ["SPLUNK_TOKEN" in problem for problem in found.problems] == [True]


@pytest.mark.parametrize(
    ("role", "quota"),
    [
        ({"srchJobsQuota": 3, "imported_srchJobsQuota": 6}, 6),
        ({"srchJobsQuota": "4", "imported_srchJobsQuota": "0"}, 4),
        ({"srchJobsQuota": 0}, None),
        ({}, None),
    ],
)
async def test_the_quota_is_the_largest_of_our_roles(
    splunk_of_a_bot: ScriptedSplunk, client: SplunkClient, role: dict[str, Any], quota: int | None
) -> None:
    change_role(splunk_of_a_bot, **role)
    assert await client.quota() == quota


@pytest.mark.parametrize("what", ["current-context", "roles"])
async def test_a_quota_that_cannot_be_seen_is_none(
    splunk_of_a_bot: ScriptedSplunk, client: SplunkClient, what: str
) -> None:
    splunk_of_a_bot.script(what, refusal(403, "Forbidden"))
    assert await client.quota() is None
