"""Card numbers are masked as the networks write them; the digits that a log is full of stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.card_numbers import passes_luhn, without_cards
from bot.safety.masking import mask, mask_row

# Test numbers of docs.stripe.com/testing, developer.paypal.com and authorize.net.
PUBLISHED = [
    "4242424242424242", "4000056655665556", "4111111111111111", "4012888888881881", "4222222222222", "4007000000027",
    "5555555555554444", "2223003122003222", "5200828282828210", "5105105105105100", "378282246310005",
    "371449635398431", "6011111111111117", "6011000990139424", "6011981111111113", "3056930009020004",
    "36227206271667", "30569309025904", "38520000023237", "6555900000604105", "3566002020360505", "3530111333300000",
    "6200000000000005", "6205500000000000004", "6759649826438453",
]  # fmt: skip
GROUPED = [
    "4242 4242 4242 4242", "5555-5555-5555-4444", "3782 822463 10005", "3714-496353-98431", "3056 930902 5904",
    "6205 5000 0000 0000 004", "4242+4242+4242+4242", "4242%204242%204242%204242", "4242\u00a04242\u00a04242\u00a04242",
    "620550 0000000000004", "3622 7206 2716 67",
]  # fmt: skip


@pytest.mark.parametrize("number", [*PUBLISHED, *GROUPED])
@pytest.mark.parametrize("around", ["paid with {}.", "card={},", '{{"pan":"{}"}}', "x\\n{}\\ny", "no={}&cvc=1", "({})"])
def test_a_published_test_card_is_masked(number: str, around: str) -> None:
    assert without_cards(around.format(number)) == around.format("***")


def test_a_total_written_like_a_card_is_one() -> None:
    assert without_cards("total=4242 4242 4242 4242") == "total=***"


def test_a_security_code_behind_a_card_does_not_hide_it() -> None:
    assert without_cards("4242 4242 4242 4242 123") == "*** 123"
    assert without_cards("4242 4242 4242 4242 12/27") == "*** 12/27"
    assert without_cards('4242 4242 4242 4242 CVC: 123, "cvv":"1234"') == '*** CVC: ***, "cvv":"***"'
    assert without_cards("4242424242424242 5555555555554444") == "*** ***"


@pytest.mark.parametrize("number", PUBLISHED)
def test_a_wrong_check_digit_is_no_card(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert passes_luhn(number)
    assert not passes_luhn(wrong)
    assert without_cards(f"no {wrong} here") == f"no {wrong} here"


@pytest.mark.parametrize(
    "text",
    [
        "1732528800 1732528800.123 1732528800123 1732528800123456 1732528800123456789",  # epochs, up to nanoseconds
        "sid=1732528800.4242424242424242",
        "4242424242424242.5",
        "scheduler__admin__search__RMD5a1b2_at_1732528800_4321",
        "guid=42424242-4242-4242-4242-424242424242",
        "trace_id=a4242424242424242",
        "4242424242424242abcd",
        "pod 4242424242424242-x7k2p",
        "bytes=4111111111111111",
        '"total_size": 4111111111111111',
        "elapsed_ms=4111111111111111 sum(b)=4111111111111111",
        "read 4111111111111111 bytes",
        "4,242,424,242,424,242",
        "192.168.100.100 10.42.42.42:4242",
        "2024-11-25 10:15:00.424242 +0000",
        "42424242424242424242",  # 20 digits
        "424242424242",  # 12
        "9999999999999995",  # no issuer
        "+49 170 1234 5678 90",
    ],
)
def test_digits_of_a_log_are_no_cards(text: str) -> None:
    assert mask(text) == text


def test_a_cell_that_is_a_measure_stays_and_a_card_in_a_cell_goes() -> None:
    measures: dict[str, str | list[str]] = {
        "b": "4007000000027",
        "sum(b)": "4007000000027",
        "totalEventCount": "4111111111111111",
        "currentDBSizeMB": "4111111111111111",
        "max(_time)": "1732528800.123",
        "bytes": ["4111111111111111", "17"],
    }
    assert mask_row(measures) == measures
    cards: dict[str, str | list[str]] = {
        "card_number": "4007000000027",
        "pan": "4242424242424242",
        "values": ["4242424242424242", "x 4007000000027"],
    }
    assert mask_row(cards) == {"card_number": "***", "pan": "***", "values": ["***", "x ***"]}


@given(st.integers(0, 10**11 - 1), st.sampled_from([" ", "-", ""]))
def test_any_visa_number_is_masked(body: int, gap: str) -> None:
    digits = f"4{body:014d}"
    number = next(whole for last in range(10) if passes_luhn(whole := f"{digits}{last}"))
    written = gap.join(number[at : at + 4] for at in range(0, 16, 4))
    assert without_cards(f"paid: {written}") == "paid: ***"


@given(st.text(alphabet="abc ./:=_-,\n", max_size=80))
def test_a_text_without_digits_stays(text: str) -> None:
    assert without_cards(text) == text
