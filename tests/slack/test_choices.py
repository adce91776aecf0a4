"""A private answer's buttons start the chosen workflow for the problem that was asked about."""

import json

import pytest
from hypothesis import given, settings

from bot.errors import UsageError
from bot.sandbox.slack import Message
from bot.sandbox.slack.terminal import render
from bot.slack.choices import choice_message, known, read_choice
from tests.slack.bench import WORKFLOWS, Bench, at_work
from tests.slack.hostile import hostile
from tests.slack.shape import check

MISSING = "choose_workflow:missing_data"


async def asked(bench: Bench, problem: str = "cold coffee") -> Message:
    await bench.slack.command("/troubleshoot", problem)
    await bench.slack.until(lambda w: w.private_to("ana"))
    return bench.slack.workspace.private_to("ana")[0]


async def test_a_pressed_button_starts_the_run_and_replaces_the_question() -> None:
    async with at_work() as bench:
        question = await asked(bench)
        assert (await bench.slack.press(MISSING, question)).acked
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        assert bench.thread(root)[0] == "@ana asks: cold coffee"
        await bench.slack.until(lambda _: "Started" in render(question))
        assert render(question).startswith("Started: Missing data.")


async def test_of_two_presses_the_first_counts() -> None:
    async with at_work() as bench:
        question = await asked(bench)
        gate = bench.slack.faults.hold("chat.postMessage")
        await bench.slack.press(MISSING, question, duplicate=True)
        await bench.slack.press("choose_workflow:health_check", question)
        gate.open.set()
        await bench.reports()
        assert len(bench.slack.workspace.posts("incidents")) == 1


async def test_a_choice_for_a_mention_runs_in_its_thread() -> None:
    async with at_work() as bench:
        mention, _ = await bench.slack.mention("cold coffee")
        await bench.slack.until(lambda w: w.private_to("ana"))
        [question] = bench.slack.workspace.private_to("ana")
        await bench.slack.press(MISSING, question)
        await bench.reports()
        assert len(bench.slack.workspace.thread("incidents", mention.ts)) == 3


async def test_after_a_failure_the_button_can_be_pressed_again() -> None:
    async with at_work() as bench:
        question = await asked(bench)
        bench.slack.faults.fail("chat.postMessage", "not_in_channel")
        await bench.slack.press(MISSING, question)
        await bench.slack.until(lambda w: len(w.private_to("ana")) == 2)
        assert "/invite" in render(bench.slack.workspace.private_to("ana")[1])
        await bench.slack.press(MISSING, question)
        await bench.reports()


async def test_a_long_problem_survives_in_the_button_as_far_as_it_fits() -> None:
    async with at_work() as bench:
        question = await asked(bench, "cold coffee " + '"' * 20_000)
        await bench.slack.press(MISSING, question)
        await bench.reports()
        root = bench.slack.workspace.posts("incidents")[-1]
        shown = bench.thread(root)[0]
        assert shown.startswith('@ana asks: cold coffee """')
        assert shown.endswith(" more")
        kept = shown.removeprefix("@ana asks: ").rpartition("… ")[0]
        assert len(kept) + int(shown.split()[-2]) == 20_012


@settings(max_examples=40, deadline=None)
@given(hostile, hostile)
def test_any_problem_fits_into_the_buttons(text: str, problem: str) -> None:
    message = choice_message(text, known(WORKFLOWS), problem, "/troubleshoot", "1.2")
    check(message)
    for block in message.blocks:
        if "accessory" in block:
            assert read_choice(block["accessory"]["value"]).workflow in WORKFLOWS


def test_a_button_of_another_version_is_refused_with_a_sentence() -> None:
    with pytest.raises(UsageError, match="ask again"):
        read_choice(json.dumps({"workflow": "missing_data", "colour": "red"}))
