from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.errors import UserFacing
from supportdesk.stripe_gateway.keys import KeyKind, clean_key, parse_key

BODY = "51AbCdEfGh0123456789"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"sk_test_{BODY}", KeyKind("sandbox", False)),
        (f"rk_test_{BODY}", KeyKind("sandbox", True)),
        (f"rkcs_test_{BODY}", KeyKind("sandbox", True)),
        (f"sk_live_{BODY}", KeyKind("live", False)),
        (f' "rk_live_{BODY}"\n', KeyKind("live", True)),
    ],
)
def test_the_prefix_tells_mode_and_kind(text: str, kind: KeyKind) -> None:
    assert parse_key(text) == kind
    assert clean_key(text) in text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  ", "key_missing"),
        (f"pk_live_{BODY}", "key_publishable"),
        ("whsec_abcdefgh", "key_webhook"),
        ("sk_live_51Ab••••••••wxyz", "key_masked"),
        ("rk_live_...wxyz", "key_masked"),
        ("acct_1032D82eZvKYlo2C", "key_is_id"),
        (f"sk_test_{BODY} {BODY}", "key_malformed"),
        ("sk_test_", "key_malformed"),
        (f"SK_TEST_{BODY}", "key_malformed"),
        ("sk_test_" + "a" * 1_000_000, "key_malformed"),
    ],
)
def test_each_bad_key_has_its_own_answer(text: str, code: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_key(text)
    assert caught.value.code == code
    assert caught.value.field == "key"


@given(st.text(max_size=80))
def test_whatever_is_typed_is_never_quoted_back(text: str) -> None:
    try:
        parse_key(text)
    except UserFacing as problem:
        said = problem.title + problem.detail + problem.remedy + repr(problem.args)
        assert len(clean_key(text)) < 12 or clean_key(text) not in said
