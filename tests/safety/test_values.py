"""A person's value gets into a search as data, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.safety.spl import check
from bot.safety.spl_lexer import read
from bot.safety.values import fill, placeholders, quoted


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("web_prod", "web_prod"),
        ("WinEventLog:Security", "WinEventLog:Security"),
        ("host-1.example.com", "host-1.example.com"),
        ("/var/log/app/a.log", "/var/log/app/a.log"),
        (r"C:\Program Files (x86)\App\log.txt", r"C:\\Program Files (x86)\\App\\log.txt"),
        ("C:\\logs\\", r"C:\\logs\\"),
        ("a" * 256, "a" * 256),
    ],
)
def test_a_name_is_escaped_for_double_quotes(value: str, escaped: str) -> None:
    assert quoted(value) == escaped


@pytest.mark.parametrize(
    "value",
    ["", " ", "*", "web*", 'a"b', "a'b", "a|b", "a[b]", "a`b", "a\nb", "a\n", "a\x00", "ünï", "a\u00a0b", "a=b", "$x$",
     "<x>", "{index}", "a" * 257, "a,b", "a;b"],
)  # fmt: skip
def test_what_no_name_is_made_of_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="cannot go into a search"):
        quoted(value)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=40), st.from_regex(r"[\\A-Za-z \"*|()]{1,20}", fullmatch=True)))
def test_a_value_never_changes_the_commands_of_a_search(value: str) -> None:
    try:
        spl = fill('index="{index}" | stats count by host', {"index": value})
    except UsageError:
        return
    check(spl)
    assert [command.name for command in read(spl).commands] == ["search", "stats"]


def test_only_names_of_parameters_are_placeholders() -> None:
    template = r'index="{index}" host="{host}" | rex "(?<x>\d{2,3})" | eval y="{other}"'
    assert placeholders(template) == {"index", "host"}
    assert fill(template, {"index": "a", "host": "b", "source": "c"}) == (
        r'index="a" host="b" | rex "(?<x>\d{2,3})" | eval y="{other}"'
    )


def test_a_placeholder_outside_of_quotes_takes_a_word_only() -> None:
    assert fill("{earliest}", {"earliest": "-1h@h"}) == "-1h@h"
    assert fill("index={index}", {"index": "web"}) == "index=web"
    for value in ("web OR index", "web (x)", "a\\b"):
        with pytest.raises(UsageError, match="outside of quotes"):
            fill("index={index}", {"index": value})


def test_a_filled_value_is_not_filled_again() -> None:
    with pytest.raises(UsageError):
        fill('index="{index}"', {"index": "{host}", "host": "x"})


def test_an_absent_parameter_is_never_sent_blank() -> None:
    with pytest.raises(UsageError, match=r"needs \{host\}, which is not given"):
        fill('host="{host}"', {"index": "web"})
