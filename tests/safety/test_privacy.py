"""People are hidden only by choice, and only where a field, a key or an @ says that it is one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.masking import Privacy, mask, mask_row

EMAILS = Privacy(emails=True)
NAMES = Privacy(names=True)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ask alice@example.com.", "ask ***@example.com."),
        ("<mailto:a.b+c@m.example.co.uk|a.b+c@m.example.co.uk>", "<mailto:***@m.example.co.uk|***@m.example.co.uk>"),
        ("user=bob@example.com&x=1", "user=***@example.com&x=1"),
        ("to=bob%40example.com", "to=***%40example.com"),
        ("jos\u00e9@example.com", "***@example.com"),
    ],
)
def test_an_email_address_keeps_its_domain(text: str, masked: str) -> None:
    assert mask(text, EMAILS) == masked
    assert mask(masked, EMAILS) == masked
    assert mask(text) == text


@pytest.mark.parametrize("text", ["root@web-1", "a @ b.example", "x@", "@channel", "5 @ 3.5", "postgresql://db@"])
def test_what_has_no_domain_is_no_email_address(text: str) -> None:
    assert mask(text, EMAILS) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Audit:[user=alice, action=search]", "Audit:[user=someone, action=search]"),
        ('user="Alice B." x', 'user="someone" x'),
        ('{"user":"alice","n":1}', '{"user":"someone","n":1}'),
        (r"{\"userName\":\"alice\"}", r"{\"userName\":\"someone\"}"),
        ("src_user=alice dest_user=root", "src_user=someone dest_user=root"),
        ("owner: bob", "owner: someone"),
        ("user=CORP\\bob x", "user=someone x"),
        (r'{"user":"CORP\\bob"}', '{"user":"someone"}'),
        ("/servicesNS/alice/search/saved", "/servicesNS/someone/search/saved"),
        ("/opt/splunk/etc/users/alice/search", "/opt/splunk/etc/users/someone/search"),
        ("scheduler__alice__search__RMD5a_at_1", "scheduler__someone__search__RMD5a_at_1"),
    ],
)
def test_whom_a_key_calls_a_user_is_someone(text: str, masked: str) -> None:
    assert mask(text, NAMES) == masked
    assert mask(masked, NAMES) == masked
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "user=splunk-system-user owner=nobody",
        "cpu_user_pct=12 users=4 user=12.5",
        'user_agent="Mozilla/5.0" userinfo=x',
        "/servicesNS/nobody/search",
        "the user is locked out",
        "| stats count by user",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert mask(text, NAMES) == text


def test_fields_of_people_are_hidden_in_rows() -> None:
    row: dict[str, str | list[str]] = {
        "user": ["alice", "nobody", "-"],
        "eai:acl.owner": "Bob Builder",
        "author": "carol@example.com",
        "host": "alice-laptop",
        "_raw": "user=alice mail=alice@example.com",
    }
    assert mask_row(row, NAMES) == {
        "user": ["someone", "nobody", "-"],
        "eai:acl.owner": "someone",
        "author": "someone",
        "host": "alice-laptop",
        "_raw": "user=someone mail=alice@example.com",
    }
    assert mask_row(row, EMAILS)["author"] == "***@example.com"
    assert mask_row(row) == row


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9._-]{3,30}", fullmatch=True), st.text(alphabet="xyz ,;<(\n@", max_size=30))
def test_the_one_who_is_hidden_is_gone(name: str, before: str) -> None:
    assert mask(f"{before} {name}@example.org", EMAILS).endswith(" ***@example.org")
