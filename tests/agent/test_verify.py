"""What a model cites, held against the ledger."""

from bot.agent.verify import MOST_TEXT_CHARS, known_evidence, verified
from tests.agent.briefs import brief

KNOWN = frozenset({"E1", "E3"})


def test_known_is_what_the_task_and_its_needs_searched() -> None:
    assert known_evidence(brief()) == KNOWN


def test_ids_that_exist_are_kept_apart_from_those_that_do_not() -> None:
    reading = verified("Full.", ["E3", "E9"], "low", KNOWN)
    assert (reading.evidence, reading.unverified) == (("E3",), ("E9",))


def test_ids_in_the_texts_brackets_count_too() -> None:
    reading = verified("Full [E3, E7], see E8.", [], "low", KNOWN)
    assert (reading.evidence, reading.unverified) == (("E3",), ("E7",))


def test_an_id_in_other_clothes_is_understood_and_prose_is_not() -> None:
    reading = verified("Full.", ["[E3]", "E1, E3", "the\nlogs " * 20], "low", KNOWN)
    assert reading.evidence == ("E3", "E1")
    assert len(reading.unverified[0]) <= 40


def test_a_long_text_is_cut() -> None:
    assert len(verified("x" * 10_000, [], "low", KNOWN).text) == MOST_TEXT_CHARS
