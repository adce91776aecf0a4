"""What a model claims, held against the searches that its task has seen."""

import pytest

from bot.agent.reading import Reading
from bot.agent.verify import MOST_CLAIM_CHARS, MOST_CLAIMS, MOST_TEXT_CHARS, Verifier, seen_by, vocabulary
from bot.domain.names import VisibleNames
from bot.domain.run import Claim
from tests.agent.briefs import brief, probe, rows
from tests.fakes import FakeLook

TASK = brief().task
SEEN = {"E3": probe(rows(3))}


def claim(text: str, *cited: str) -> Claim:
    return Verifier(vocabulary(TASK), SEEN, VisibleNames(indexes=frozenset({"traffic"}))).claim(text, cited)


def test_a_task_has_seen_its_own_searches_and_those_its_needs_cite_and_no_other_of_the_run() -> None:
    assert set(seen_by(brief())) == {"E3"}
    license_entry = probe(rows(1), "E1")
    given = brief(look=FakeLook((license_entry, probe(rows(1), "E8"))))
    assert seen_by(given) == {"E3": given.probes[0], "E1": license_entry}


def test_a_claim_whose_names_and_numbers_stand_in_its_rows_is_borne_out() -> None:
    assert claim("idx0, idx1 and idx2 have an indexqueue, 3 hosts.", "E3") == Claim(
        text="idx0, idx1 and idx2 have an indexqueue, 3 hosts.", evidence=("E3",)
    )


@pytest.mark.parametrize(
    ("text", "cited", "doubt"),
    [
        ("idx2 is full", ("E3", "E9"), "it cites E9, which was not looked at for this"),
        ("idx2 is full [E3, E7]", (), "it cites E7, which was not looked at for this"),
        ("idx2 is full", (), "it cites no search"),
        ("idx2 is full", ("the logs",), "it cites the logs, which was not looked at for this"),
        ("idx9 is full", ("E3",), "idx9 stands in no row that it cites"),
        ("idx2 fills traffic", ("E3",), "traffic stands in no row that it cites"),
    ],
)
def test_any_other_claim_is_doubted_and_says_why(text: str, cited: tuple[str, ...], doubt: str) -> None:
    assert claim(text, *cited).doubt == doubt


def test_an_id_in_other_clothes_is_understood() -> None:
    assert claim("idx2 is full", "[E3]").evidence == ("E3",)
    assert claim("idx2 is full, see E8 [E3]").evidence == ("E3",)


def test_a_reading_comes_back_claim_by_claim_the_worst_first_and_cut() -> None:
    found = [{"text": f"idx2 {'x' * 500}", "evidence": ["E3"], "severity": "info"}] * 20
    found[3] = {"text": "idx1 is full", "evidence": ["E3"], "severity": "critical"}
    told = {"interpretation": "x" * 10_000, "evidence": ["E9"], "confidence": "high", "findings": found}
    reading = Verifier(vocabulary(TASK), SEEN, VisibleNames()).interpretation(Reading.model_validate(told))
    assert (len(reading.text), len(reading.claims)) == (MOST_TEXT_CHARS, MOST_CLAIMS)
    assert (reading.evidence, reading.unverified, reading.confidence) == ((), ("E9",), "high")
    assert reading.doubt == "it cites E9, which was not looked at for this"
    assert reading.claims[0].text == "idx1 is full"
    assert max(len(one.text) for one in reading.claims) == MOST_CLAIM_CHARS
    assert reading.verified[0].text == "idx1 is full"


@pytest.mark.parametrize(
    "text",
    [
        "```" * 1300,
        "|```a" * 800,
        "a-" * 1999,
        "a.b." * 999,
        "run " * 999,
        "on " + "x" * 3990,
        "A\n" * 1900,
        "\n" * 3800,
        "A" + "\n" * 3800,
        "\ufdfa" * 400,  # each folds to eighteen letters
        "A " * 740,
        "A'" * 740,
        "-" * 1490,
        "[E1" * 490,
        "<" * 1490,
        "a=" * 740,
        "over " * 290,
        "not " * 370,
        "idx9 " * 290,
        "1:" * 740,
        "9," * 740,
    ],
)
def test_a_text_made_to_be_slow_is_read_to_its_end_and_shown_as_unverified(text: str) -> None:
    assert claim(text, "E3").doubt is not None


def test_what_is_read_is_no_longer_than_what_a_person_reads() -> None:
    assert claim("idx2 is full" + " " * MOST_TEXT_CHARS, "E3").doubt == "it is too long to be checked"
    assert claim("idx2 is\n\nfull", "E3").doubt is None
