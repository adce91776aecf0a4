"""The page over HTTP: what a person sees, what they can do, and who else may not."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import web
from bot.sandbox.web.server import STATIC
from bot.sandbox.web.stage import Stage
from tests.sandbox.web.conftest import COMMAND, FakeBot
from tests.sandbox.web.page_client import PageClient, is_ready, texts

BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Go"},
    "action_id": "press",
    "value": "the button",
}
OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("red", "blue")]
SELECT = {"type": "static_select", "action_id": "press", "options": OPTIONS}


def said(stage: Stage, *elements: dict[str, Any], private_to: str | None = None) -> str:
    """Let the bot say something with *elements* to press; returns the message's ts."""
    workspace = stage.slack.workspace
    blocks = [{"type": "actions", "elements": list(elements)}]
    reader = workspace.user(private_to).id if private_to else None
    return workspace.post("incidents", workspace.bot.id, "press", blocks=blocks, seen_only_by=reader).ts


def ana(stage: Stage) -> dict[str, str]:
    return {"user": stage.slack.workspace.user("ana").id, "channel": stage.slack.workspace.channel("incidents").id}


async def test_the_page_loads_nothing_but_its_own_files(client: PageClient) -> None:
    async with client.session.get(client.address) as response:
        html, policy = await response.text(), response.headers["Content-Security-Policy"]
    named = re.findall(r'(?:src|href)="([^"#]+)"', html)
    for path in [*named, *(f"/static/{each.name}" for each in STATIC.iterdir())]:
        async with client.session.get(client.address.rstrip("/") + path) as response:
            assert response.status == 200, path
    assert "default-src 'none'" in policy
    assert "'unsafe" not in policy


def test_no_module_of_the_page_writes_html() -> None:
    scripts = [path for path in (Path(web.__file__).parent / "static").iterdir() if path.suffix == ".js"]
    assert len(scripts) > 5
    for path in scripts:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", path.read_text()), path


async def test_the_stream_tells_all_at_first_and_then_only_what_changed(client: PageClient, stage: Stage) -> None:
    async with client.stream() as stream:
        first = await stream.until(is_ready)
        assert {"channel:" + channel["id"] for channel in map(dict, _channels(first))} <= first.keys()
        await client.do("say", **ana(stage), text="hello <b>all</b>")
        await stream.until(texts)
    assert stream.told[0]["all"] is True
    assert [key.partition(":")[0] for key in stream.told[-1]["set"]] == ["message"]
    assert stream.texts() == ["hello &lt;b&gt;all&lt;/b&gt;"]


def _channels(seen: dict[str, Any]) -> list[dict[str, Any]]:
    return [value for key, value in seen.items() if key.startswith("channel:")]


async def test_a_commands_private_answer_is_shown_to_the_one_who_typed_it(client: PageClient, stage: Stage) -> None:
    async with client.stream("ana") as of_ana, client.stream("ben") as of_ben:
        assert await client.do("say", **ana(stage), text=f"{COMMAND} no events") == {"ok": True, "said": None}
        await of_ana.until(lambda seen: texts(seen) == ["heard no events"])
        await client.do("say", **ana(stage), text="to everyone")
        await of_ben.until(lambda seen: texts(seen) == ["to everyone"])


async def test_a_person_sees_no_channel_that_they_are_not_in(client: PageClient) -> None:
    async with client.stream("ana") as of_ana, client.stream("ben") as of_ben:
        names = [{each["name"] for each in _channels(await stream.until(is_ready))} for stream in (of_ana, of_ben)]
    assert names == [{"incidents", "general", "private-war-room"}, {"incidents", "general"}]


async def test_a_mention_in_the_middle_of_a_sentence_is_heard(client: PageClient, stage: Stage, bot: FakeBot) -> None:
    await client.do("say", **ana(stage), text="hey @troubleshooter, why?")
    assert await bot.heard.get() == ("mention", f"hey <@{stage.slack.workspace.bot.id}>, why?")


async def test_where_the_bot_is_not_a_member_it_is_not_told_of_a_mention(client: PageClient, stage: Stage) -> None:
    where = ana(stage) | {"channel": stage.slack.workspace.channel("general").id}
    answer = await client.do("say", **where, text="@troubleshooter why?")
    assert "is not in #general" in answer["said"]


@pytest.mark.parametrize(
    ("text", "thread", "sentence"),
    [
        (f"{COMMAND} no events", "1.000001", "not supported in threads"),
        ("/remind me", None, "/remind is not a valid command"),
        ("", None, "text: "),
        ("x" * 40_001, None, "text: "),
    ],
)
async def test_what_slack_does_not_take_gets_a_sentence(
    text: str, thread: str | None, sentence: str, client: PageClient, stage: Stage
) -> None:
    answer = await client.do("say", **ana(stage), text=text, thread=thread)
    assert answer["ok"] is False
    assert sentence in answer["said"]
    assert stage.slack.workspace.messages == []


@pytest.mark.parametrize(("private", "selected", "pressed"), [("ana", None, "the button"), (None, "blue", "blue")])
async def test_a_press_reaches_the_bot(
    private: str | None, selected: str | None, pressed: str, client: PageClient, stage: Stage
) -> None:
    ts = said(stage, SELECT if selected else BUTTON, private_to=private)
    user = stage.slack.workspace.user("ana").id
    async with client.stream() as stream:
        assert (await client.do("press", user=user, message=ts, action="press", selected=selected))["ok"]
        await stream.until(lambda seen: f"ana pressed {pressed}" in texts(seen))


async def test_a_form_shows_its_errors_and_closes_when_it_is_taken(
    client: PageClient, stage: Stage, bot: FakeBot
) -> None:
    user = stage.slack.workspace.user("ana").id
    ts = said(stage, BUTTON | {"action_id": "ask"})
    async with client.stream() as stream:
        await client.do("press", user=user, message=ts, action="ask")
        await stream.until(lambda seen: seen.get("view"))
        values: dict[str, Any] = {"reason": {"text": {"type": "plain_text_input", "value": "none"}}}
        assert await client.do("submit", user=user, values=values) == {"ok": False, "said": "Say more."}
        assert stage.slack.workspace.views
        values["reason"]["text"]["value"] = "it was wrong"
        assert (await client.do("submit", user=user, values=values))["ok"]
        await stream.until(lambda seen: seen["view"] is None)
    assert await bot.heard.get() == ("reason", "it was wrong")


async def test_a_form_that_is_closed_goes_without_a_word(client: PageClient, stage: Stage) -> None:
    stage.slack.workspace.views.append({"id": "V1", "type": "modal", "blocks": []})
    async with client.stream() as stream:
        await stream.until(lambda seen: seen.get("view"))
        await client.do("close")
        await stream.until(lambda seen: seen["view"] is None)


async def test_another_scenario_begins_with_empty_channels_and_a_bot_that_knows_nothing(
    client: PageClient, stage: Stage, bot: FakeBot
) -> None:
    async with client.stream() as stream:
        await client.do("say", **ana(stage), text="before")
        await stream.until(texts)
        assert (await client.do("choose", scenario="healthy"))["ok"]
        seen = await stream.until(lambda seen: is_ready(seen) and seen["world"]["number"] == 2)
    assert (seen["world"]["scenario"], texts(seen)) == ("healthy", [])
    assert stage.splunk.scenario.name == "healthy"
    assert len(set(bot.folders)) == 2
    assert not bot.folders[0].exists()


async def test_a_bot_that_starts_again_finds_the_channels_and_its_folder_as_they_were(
    client: PageClient, stage: Stage, bot: FakeBot
) -> None:
    async with client.stream() as stream:
        await client.do("say", **ana(stage), text="before")
        assert (await client.do("restart"))["ok"]
        await stream.until(lambda seen: bool(seen) and seen["world"]["state"] == "starting")
        seen = await stream.until(is_ready)
        await client.do("say", **ana(stage), text=f"{COMMAND} again")
        await stream.until(lambda seen: "heard again" in texts(seen))
    assert (seen["world"]["number"], texts(seen)) == (1, ["before"])
    assert bot.folders[0] == bot.folders[1]


async def test_only_shipped_scenarios_can_be_chosen(client: PageClient) -> None:
    answer = await client.do("choose", scenario="../../pyproject.toml")
    assert answer == {"ok": False, "said": "There is no scenario '../../pyproject.toml'."}


async def test_the_switches_make_splunk_and_slack_fail_and_well_again(client: PageClient, stage: Stage) -> None:
    off = {"latency_s": 0.1, "busy": False, "down": False, "unauthorized": False, "slack_limits": False}
    on = {"latency_s": 2, "busy": True, "down": True, "unauthorized": True, "slack_limits": True}
    async with client.stream() as stream:
        assert (await stream.until(is_ready))["world"]["faults"] == off
        assert (await client.do("faults", **on))["ok"]
        await stream.until(lambda seen: seen["world"]["faults"] == on)
        splunk = stage.splunk.faults
        assert (splunk.latency_s, splunk.busy_times > 1000, splunk.down, splunk.unauthorized) == (2, True, True, True)
        await client.do("faults", **off)
        await stream.until(lambda seen: seen["world"]["faults"] == off)
    assert (await client.do("faults", **off | {"latency_s": -1}))["ok"] is False


async def test_slack_refuses_the_next_calls_when_it_is_told_to(client: PageClient, stage: Stage) -> None:
    assert "429" in (await client.do("refuse"))["said"]
    refused = [stage.slack.faults.next("chat.postMessage") for _ in range(6)]
    assert [fault is not None for fault in refused] == [True] * 5 + [False]


async def test_a_file_is_saved_and_never_shown_as_a_page(client: PageClient, stage: Stage) -> None:
    api, headers = f"{stage.slack.url}files", {"Authorization": f"Bearer {stage.slack.bot_token}"}
    body = {"filename": "report.html", "length": 9}
    async with client.session.post(f"{api}.getUploadURLExternal", json=body, headers=headers) as response:
        upload = await response.json()
    async with client.session.post(upload["upload_url"], data=b"<script>1"):
        pass
    async with client.session.get(f"{client.address}files/{upload['file_id']}") as response:
        assert await response.read() == b"<script>1"
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
async def test_another_sites_page_can_do_nothing_here(headers: dict[str, str], status: int, client: PageClient) -> None:
    sent = {"Content-Type": "application/json", **headers}
    async with client.session.post(f"{client.address}do/restart", data="{}", headers=sent) as response:
        assert response.status == status


async def test_a_deed_that_makes_no_sense_gets_an_answer(client: PageClient) -> None:
    async with client.session.post(f"{client.address}do/fly", json={}) as response:
        assert response.status == 404
    json = {"Content-Type": "application/json"}
    async with client.session.post(f"{client.address}do/close", data="{", headers=json) as response:
        assert response.status == 400
    nowhere = await client.do("say", user="U0", channel="C0", text="hi")
    assert (nowhere["ok"], "no channel" in nowhere["said"]) == (False, True)
