"""Who may do what: refused in private, with whom to ask, and written down."""

import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.domain.permission import Permission, Permissions
from bot.sandbox.slack import SandboxSlack
from bot.slack.answers import STOPPING
from tests.slack.bench import COMMAND, Bench, at_work, begun, held, id_of, let_go, reports, run_of, settled, told

GROUP = "S0ONCALL"


@contextlib.asynccontextmanager
async def a_workspace() -> AsyncIterator[SandboxSlack]:
    """Open a workspace with bo, a guest, eve of another workspace, and a user group that cy is in."""
    async with SandboxSlack() as slack:
        workspace = slack.workspace
        workspace.add_user("bo", is_guest=True)
        workspace.add_user("eve", team_id="T0OTHER")
        workspace.usergroups.append({"id": GROUP, "handle": "oncall", "users": [workspace.add_user("cy").id]})
        workspace.channel("incidents").members.add(workspace.user("cy").id)
        yield slack


async def said_to(bench: Bench, user: str) -> str:
    await bench.slack.until(lambda w: len(w.private_to(user)) >= 1)
    return bench.slack.workspace.private_to(user)[-1].text


async def written(bench: Bench) -> list[tuple[str, str]]:
    """Return the audit log, the oldest first: who, and what."""
    return [(note.who, note.what) for note in reversed(await bench.store.notes(None, 100))]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
@pytest.mark.parametrize(("user", "who"), [("bo", "Guests"), ("eve", "People of other workspaces")])
async def test_guests_and_strangers_start_nothing_unless_they_are_let_in(http: bool, user: str, who: str) -> None:  # noqa: FBT001
    async with a_workspace() as slack, at_work(slack=slack, http=http) as bench:
        await slack.command(COMMAND, "no events", user=user)
        assert (await said_to(bench, user)).startswith(f"{who} may not start or stop checks here. Ask")
        assert bench.splunk.asked == []
        assert (slack.workspace.user(user).id, "refused") in await written(bench)
        assert not list(slack.workspace.shown("incidents"))
    let_in = Permissions(allow=(Permission(guests=True, other_workspaces=True),))
    async with a_workspace() as slack, at_work(slack=slack, http=http, permissions=let_in) as bench:
        await slack.command(COMMAND, "no events", user=user)
        await bench.reports()


@pytest.mark.parametrize(
    ("permission", "may"),
    [
        ({"users": ("U0NOBODY",)}, False),
        ({"groups": (GROUP,)}, True),
        ({"channels": ("C0NOWHERE",)}, False),
        ({"workflows": ("missing_data",)}, True),
        ({"workflows": ("health_check",)}, False),
        ({"splunk": ("prod",)}, True),
        ({"splunk": ("test",)}, False),
    ],
    ids=str,
)
async def test_whoever_fits_no_permission_is_told_whom_to_ask(permission: dict[str, object], may: bool) -> None:  # noqa: FBT001
    permissions = Permissions(allow=(Permission.model_validate(permission),), ask="Mona at the Splunk desk")
    other = held()
    async with a_workspace() as slack, at_work(slack=slack, permissions=permissions, others={"test": other}) as bench:
        await slack.mention("no events", user="cy")
        if may:
            await bench.reports()
        else:
            assert "Ask Mona at the Splunk desk." in await said_to(bench, "cy")
            assert bench.splunk.asked == []
            assert not reports(slack.workspace)


async def test_a_guest_who_is_named_may() -> None:
    async with a_workspace() as slack:
        permissions = Permissions(allow=(Permission(users=(slack.workspace.user("bo").id,)),))
        async with at_work(slack=slack, permissions=permissions) as bench:
            await slack.command(COMMAND, "no events", user="bo")
            await bench.reports()


async def test_only_those_who_may_run_stop_share_and_run_again() -> None:
    async with a_workspace() as slack:
        permissions = Permissions(allow=(Permission(users=(slack.workspace.user("ana").id,)),))
        splunk = held()
        async with at_work(slack=slack, permissions=permissions, splunk=splunk) as bench:
            await slack.command(COMMAND, "no events")
            await begun(slack)
            await slack.command(COMMAND, "stop", user="cy")
            assert "may not start or stop missing_data" in await said_to(bench, "cy")
            let_go(splunk)
            await bench.reports()
            await settled(bench)
            report, count = reports(slack.workspace)[-1], len(slack.workspace.messages)
            for button in ("share", "rerun", "check_again"):
                await slack.press(button, report, user="cy")
            await slack.until(lambda w: len(w.private_to("cy")) == 4)
            assert all("You may not" in each.text for each in slack.workspace.private_to("cy"))
            assert len(reports(slack.workspace)) == 1
            assert len(slack.workspace.messages) == count + 3


async def test_a_stop_by_one_who_may_is_honoured() -> None:
    async with a_workspace() as slack:
        permissions = Permissions(allow=(Permission(groups=(GROUP,)), Permission(workflows=("missing_data",))))
        async with at_work(slack=slack, permissions=permissions, splunk=held()) as bench:
            await slack.command(COMMAND, "no events")
            await begun(slack)
            await slack.command(COMMAND, "stop", user="cy")
            assert await said_to(bench, "cy") == STOPPING
            await bench.reports()


async def test_without_users_read_a_settled_permission_lets_in_only_who_is_named() -> None:
    async with a_workspace() as slack:
        slack.scopes.discard("users:read")
        cy = slack.workspace.user("cy").id
        permissions = Permissions(allow=(Permission(users=(cy,)), Permission(channels=("C0NOWHERE",))))
        async with at_work(slack=slack, permissions=permissions) as bench:
            await slack.command(COMMAND, "no events", user="cy")
            await bench.reports()
        everywhere = Permissions(allow=(Permission(workflows=("missing_data",)),))
        async with at_work(slack=slack, permissions=everywhere) as bench:
            await slack.command(COMMAND, "no events", user="ana")
            assert "As long as Slack does not tell me who you are" in await told(bench)


async def test_without_users_read_and_without_permissions_everybody_may() -> None:
    async with a_workspace() as slack:
        slack.scopes.discard("users:read")
        async with at_work(slack=slack) as bench:
            await slack.command(COMMAND, "no events")
            await bench.reports()


async def test_a_group_that_cannot_be_read_lets_nobody_in_and_says_so() -> None:
    async with a_workspace() as slack:
        slack.scopes.discard("usergroups:read")
        async with at_work(slack=slack, permissions=Permissions(allow=(Permission(groups=(GROUP,)),))) as bench:
            await slack.command(COMMAND, "no events", user="cy")
            assert "A user group could not be read" in await said_to(bench, "cy")


async def test_every_ask_and_act_is_written_down() -> None:
    async with a_workspace() as slack, at_work(slack=slack) as bench:
        report = await run_of(bench)
        await slack.press("rerun", report)
        await bench.reports(2)
        ana = slack.workspace.user("ana").id
        assert [(ana, "asked"), (ana, "asked"), (ana, "rerun")] == await written(bench)


async def test_a_guest_may_not_by_any_way_in() -> None:
    async with a_workspace() as slack, at_work(slack=slack) as bench:
        slack.workspace.channel("incidents").members.add(slack.workspace.user("bo").id)
        alert = slack.workspace.post("incidents", slack.workspace.user("ana").id, "no events in index=web")
        report = await run_of(bench)
        await settled(bench)
        count = len(reports(slack.workspace))
        await slack.command(COMMAND, "something is odd", user="bo")
        await slack.mention("no events", user="bo")
        await slack.mention("which hosts?", user="bo", thread_ts=report.thread_ts)
        await slack.shortcut("troubleshoot_this", user="bo", message=alert)
        for button in ("rerun", "check_again", "share"):
            await slack.press(button, report, user="bo")
        await slack.press("take_action", report, user="bo", selected=f"{id_of(report)}:1")
        await slack.until(lambda w: len(w.private_to("bo")) == 8)
        assert all(each.text.startswith("Guests may not") for each in slack.workspace.private_to("bo"))
        assert len(reports(slack.workspace)) == count


async def test_whom_slack_will_not_show_belongs_to_another_workspace() -> None:
    async with a_workspace() as slack, at_work(slack=slack) as bench:
        slack.faults.fail("users.info", "user_not_visible", times=9)
        await slack.command(COMMAND, "no events", user="cy")
        assert (await said_to(bench, "cy")).startswith("People of other workspaces")
