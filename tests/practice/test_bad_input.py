"""Whatever is sent, the practice Stripe answers like Stripe and never with a 500."""

from __future__ import annotations

import json
import string
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supportdesk.practice.api import TABLE
from supportdesk.practice.errors import ParameterRefusal
from supportdesk.practice.forms import nest, pairs
from supportdesk.practice.params import Spec
from tests.support.practice_api import Api

RELAXED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

FORM = "application/x-www-form-urlencoded"
PATTERNS = sorted({endpoint.pattern for endpoint in TABLE})
NAMES = sorted({name for endpoint in TABLE for name in endpoint.params})


def fields_of(spec: Spec, prefix: str) -> list[str]:
    """Return the form keys that lead to every leaf of a parameter."""
    if spec.kind == "hash":
        found = [fields_of(inner, f"{prefix}[{name}]") for name, inner in spec.fields.items()]
        return [key for keys in found for key in keys]
    if spec.kind == "array" and spec.item:
        return [prefix, f"{prefix}[]", *fields_of(spec.item, f"{prefix}[0]")]
    return [prefix]


KEYS = sorted(
    {key for e in TABLE for name, spec in e.params.items() for key in fields_of(spec, name)}
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "1",
            "true",
            "false",
            "active",
            "canceled",
            "lost",
            "eur",
            "virtual",
            "physical",
            "99999999999999999999999",
            "1e400",
            "NaN",
            "٣",
            "DE",
            "not_present",
            "other",
            "fraudulent",
            "bakeries",
            "\x00",
            "🎉",
            "‮rtl",
            "a" * 6_000,
            "ic_1",
            "[",
            "{}",
        ]
    ),
    st.text(max_size=40),
    st.integers(-(2**70), 2**70).map(str),
)


@pytest.fixture(scope="module")
def objects(api: Api) -> dict[str, str]:
    """One real object for each kind of id a path takes."""
    card = api.physical(status="active")
    transaction = api.purchase(card["id"])
    dispute = api.post("/v1/issuing/disputes", transaction=api.purchase(card["id"])["id"])
    return {
        "card": card["id"],
        "cardholder": card["cardholder"]["id"],
        "authorization": api.buy(card["id"])["id"],
        "transaction": transaction["id"],
        "dispute": dispute["id"],
        "token": api.post("/_practice/tokens", card=card["id"])["id"],
        "file": api.upload(b"%PDF-1.7").json()["id"],
        "event": api.get("/v1/events", limit=1)["data"][0]["id"],
        "personalization_design": "ipcd_none",
        "physical_bundle": "ics_none",
        "settlement": "ise_none",
    }


def sound(answer: httpx.Response) -> None:
    """Check that an answer is Stripe's: no 500, JSON, an error hash when refused."""
    assert answer.status_code < 500, answer.text
    if answer.status_code == 200 or not answer.content:
        return
    error = answer.json()["error"]
    assert error["type"] in ("invalid_request_error", "idempotency_error")
    assert error["message"]
    assert answer.headers["Request-Id"].startswith("req_")


@RELAXED
@given(
    pattern=st.sampled_from(PATTERNS),
    method=st.sampled_from(["GET", "POST"]),
    fields=st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=8),
)
def test_any_known_parameter_with_any_value(
    api: Api,
    objects: dict[str, str],
    pattern: str,
    method: str,
    fields: list[tuple[str, str]],
) -> None:
    query = urlencode(fields)
    path = pattern.format_map(objects)
    headers = {**api.auth, "Content-Type": FORM}
    if method == "GET":
        sound(api.http.get(path, params=query, headers=headers))
    else:
        sound(api.http.post(path, content=query, headers=headers))


@RELAXED
@given(data=st.data())
def test_plausible_requests_of_each_endpoint(
    api: Api, objects: dict[str, str], data: st.DataObject
) -> None:
    """Parameters of the right names and nearly right values reach deep into the rules."""
    endpoint = data.draw(st.sampled_from([e for e in TABLE if e.method == "POST"]))
    wanted = {
        name: spec
        for name, spec in endpoint.params.items()
        if spec.required or data.draw(st.booleans())
    }
    fields = [
        pair for name, spec in wanted.items() for pair in plausible(spec, name, objects, data)
    ]
    path = endpoint.pattern.format_map(objects)
    body = urlencode(fields)
    sound(api.http.post(path, content=body, headers={**api.auth, "Content-Type": FORM}))


def plausible(
    spec: Spec, key: str, objects: dict[str, str], data: st.DataObject
) -> list[tuple[str, str]]:
    if spec.kind == "hash":
        return [
            pair
            for name, inner in spec.fields.items()
            if inner.required or data.draw(st.booleans())
            for pair in plausible(inner, f"{key}[{name}]", objects, data)
        ]
    if spec.kind == "array" and spec.item:
        count = data.draw(st.integers(0, 2))
        return [
            pair
            for n in range(count)
            for pair in plausible(spec.item, f"{key}[{n}]", objects, data)
        ]
    if spec.kind == "enum":
        return [(key, data.draw(st.sampled_from(spec.choices)))]
    if spec.kind == "boolean":
        return [(key, data.draw(st.sampled_from(["true", "false"])))]
    if spec.kind == "metadata":
        return [(f"{key}[note]", data.draw(st.text(max_size=10)))]
    if spec.kind in ("integer", "decimal", "created"):
        return [(key, str(data.draw(st.sampled_from([0, 1, 7, 12, 2_028, 1_700_000_000]))))]
    known = objects.get(key.rpartition("[")[2].rstrip("]"), "")
    usual = st.sampled_from([known or objects["card"], "DE", "10115", "Jenny", "a@b.de"])
    return [(key, data.draw(usual))]


@RELAXED
@given(
    method=st.text(string.ascii_uppercase, min_size=1, max_size=8),
    path=st.text(min_size=0, max_size=60),
    body=st.binary(max_size=200),
    media=st.sampled_from([FORM, "application/json", "multipart/form-data", "text/plain", ""]),
)
@example("POST", "v1/files", b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x")
@example("POST", "v1/files", b"nothing", "multipart/form-data")
@example("GET", "v1/issuing/cards/%00", b"", FORM)
@example("HEAD", "v1/issuing/cards", b"", FORM)
@example("OPTIONS", "v1/issuing/cards", b"", FORM)
@example("GET", "_practice/info", b"", FORM)
@example("POST", "_practice/keys", b"permissions[][x]=1", FORM)
def test_any_method_path_and_body(
    api: Api, method: str, path: str, body: bytes, media: str
) -> None:
    quoted = "/" + quote(path.lstrip("/"))
    headers = {**api.auth, "Content-Type": media}
    sound(api.http.request(method, quoted, content=body, headers=headers))


@RELAXED
@given(
    boundary=st.text(string.ascii_letters, min_size=1, max_size=5),
    body=st.lists(
        st.sampled_from(
            [
                b"--",
                b"x",
                b"\r\n",
                b"\r\n\r\n",
                b"Content-Disposition: form-data; name=purpose",
                b"Content-Disposition: form-data; name=file; filename=a.pdf",
                b"dispute_evidence",
                b"%PDF-",
                b"\xff\xfe",
                b"Content-Type: text/plain; charset=nope",
                b":",
                b"\x00",
            ]
        ),
        max_size=25,
    ).map(b"".join),
)
def test_broken_multipart(api: Api, boundary: str, body: bytes) -> None:
    media = f"multipart/form-data; boundary={boundary}"
    headers = {**api.auth, "Content-Type": media}
    sound(
        api.http.post("/v1/files", content=body.replace(b"x", boundary.encode()), headers=headers)
    )


@RELAXED
@given(
    name=st.sampled_from(
        [
            "Authorization",
            "Stripe-Version",
            "Idempotency-Key",
            "Stripe-Account",
            "Content-Type",
            "Host",
        ]
    ),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")),
)
def test_any_header(api: Api, name: str, value: str) -> None:
    usual = {key.encode(): item.encode() for key, item in api.auth.items()}
    raw = {**usual, b"Content-Type": FORM.encode(), name.encode(): value.strip().encode("latin-1")}
    answer = api.http.post("/v1/issuing/cards", content=b"currency=eur", headers=raw)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "body",
    [
        b"a=%ff",
        b"\xff\xfe=1",
        b"a=1&a[b]=2",
        b"a[b]=2&a=1",
        b"a[]=1&a[b]=2",
        b"a[b]=1&a[]=2",
        b"[a]=1",
        b"a]b[=1",
        b"=1",
        b"a" + b"[b]" * 50 + b"=1",
        b"&".join(b"k%d=1" % n for n in range(2_100)),
        b"name=" + b"x" * 2_000_000,
        b"billing=1",
        b"billing[address]=1",
        b"billing[address][]=1",
        b"metadata=1",
        b"metadata[a][b]=1",
        b"expand=card",
        b"expand[a]=card",
        b"preferred_locales[0][x]=de",
        b"name[]=Jenny",
    ],
)
def test_forms_that_make_no_sense(api: Api, body: bytes) -> None:
    headers = {**api.auth, "Content-Type": FORM}
    answer = api.http.post("/v1/issuing/cardholders", content=body, headers=headers)
    assert answer.status_code == 400
    sound(answer)


@given(
    st.recursive(
        st.text(max_size=5),
        lambda inner: st.one_of(
            st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, min_size=1, max_size=3),
            st.lists(st.text(max_size=3), min_size=1, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_nested_forms_are_read_back(value: object) -> None:
    def walk(node: object, key: str) -> list[tuple[str, str]]:
        if isinstance(node, dict):
            return [pair for k, inner in node.items() for pair in walk(inner, f"{key}[{k}]")]
        if isinstance(node, list):
            return [(f"{key}[]", str(item)) for item in node]
        return [(key, str(node))]

    flat = walk(value, "root")
    depth = max(key.count("[") for key, _ in flat)
    if depth < 8:
        assert nest(flat) == {"root": value}


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        tree = nest(pairs(raw))
    except ParameterRefusal:
        return
    json.dumps(tree)
