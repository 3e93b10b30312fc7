"""What reaches the log file."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk import logs


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    level = root.level
    logs.start(tmp_path, logging.DEBUG)
    yield tmp_path / logs.FILE_NAME
    logs.stop()
    root.setLevel(level)


KEYS = [
    "sk_test_51Qn8sLkd93",
    "rk_live_9fK2mmPq0z",
    "whsec_Zm9vYmFy",
    "rk_4fe81c0",
    "9f" * 32,
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "around", ["{}", "key={},", "Bearer {}", "('{}',)", "x {}\n", "https://h/?k={}&a=b"]
)
def test_keys_go(key: str, around: str) -> None:
    assert key not in logs.redact(around.format(key))


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Basic dXNlcjpwYXNz",
        "{'authorization': 'Bearer dXNlcjpwYXNz'}",
        "bearer dXNlcjpwYXNz",
    ],
)
def test_headers_go(header: str) -> None:
    assert "dXNlcjpwYXNz" not in logs.redact(header)


@pytest.mark.parametrize(
    "number",
    [
        "+49 30 901820",
        "+44 (0)20 7946 0123",
        "0043/1/58801-12346",
        "(202) 555-0143",
        "06 12 34 56 78",
        "+33612345678",
    ],
)
def test_phone_numbers_go(number: str) -> None:
    assert logs.redact(f"called {number} back") == "called [number] back"


def test_what_helps_to_find_a_fault_stays() -> None:
    text = "2026-11-23 16:00:04,801 WARNING gateway ic_1MzFMzK8rXFrS41 409 req_8sKd0x in 1250 ms"
    assert logs.redact(text) == text
    assert logs.redact("declined on 2026-11-23T16:00:04Z, 14.05.2026") == (
        "declined on 2026-11-23T16:00:04Z, [number]"
    )


def luhn_complete(digits: str) -> str:
    """Append the check digit, found by trying: no use of the code under test."""
    for check in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(digits + check)):
            value = int(digit) * (1 + place % 2)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return digits + check
    raise AssertionError("one of ten check digits fits")


card_numbers = st.text("0123456789", min_size=12, max_size=18).map(luhn_complete)
anything = st.text(max_size=20)


@given(
    number=card_numbers,
    separator=st.sampled_from(["", " ", "-"]),
    before=anything,
    after=anything,
)
def test_no_card_number_survives(number: str, separator: str, before: str, after: str) -> None:
    groups = separator.join(number[start : start + 4] for start in range(0, len(number), 4))
    assert groups not in logs.redact(before + groups + after)


@given(number=card_numbers)
def test_a_card_number_is_named_as_one(number: str) -> None:
    assert logs.redact(f"pan {number}.") == "pan [card number]."


@given(
    local=st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z]", fullmatch=True),
    domain=st.from_regex(r"[a-z]{1,9}\.[a-z]{2,5}", fullmatch=True),
    at=st.sampled_from(["@", "%40"]),
    before=anything,
    after=anything,
)
def test_no_email_address_survives(
    local: str, domain: str, at: str, before: str, after: str
) -> None:
    assert f"{local}{at}{domain}" not in logs.redact(before + local + at + domain + after)


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = logs.redact(text)
    assert logs.redact(once) == once


def test_arguments_exceptions_and_their_causes_are_redacted(log_file: Path) -> None:
    def fail() -> None:
        try:
            raise ValueError("jane.doe@example.com has 4242 4242 4242 4242")
        except ValueError as error:
            raise RuntimeError("sk_test_51Qn8sLkd93") from error

    try:
        fail()
    except RuntimeError:
        logging.getLogger("desk").exception("calling %s", "+49 170 1234567")
    text = log_file.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "def fail" not in text
    for secret in ("jane.doe", "4242", "51Qn8sLkd93", "1234567"):
        assert secret not in text


def test_an_exception_text_left_by_another_handler_is_redacted_too(log_file: Path) -> None:
    record = logging.LogRecord("desk", logging.ERROR, "f", 1, "m", None, None)
    record.exc_text = "Traceback: jane.doe@example.com"
    logging.getLogger("desk").handle(record)
    assert "jane.doe" not in log_file.read_text(encoding="utf-8")


def test_a_huge_entry_is_cut(log_file: Path) -> None:
    logging.getLogger("desk").info("a" * 1_000_000)
    assert log_file.stat().st_size < logs.LONGEST_ENTRY + 100


def test_old_files_are_dropped(log_file: Path) -> None:
    for _ in range(logs.FILE_BYTES // logs.LONGEST_ENTRY * (logs.OLD_FILES + 3)):
        logging.getLogger("desk").info("a" * logs.LONGEST_ENTRY)
    kept = list(log_file.parent.iterdir())
    assert len(kept) == logs.OLD_FILES + 1
    assert all(file.stat().st_size <= logs.FILE_BYTES for file in kept)


def test_libraries_do_not_tell_addresses(log_file: Path) -> None:
    for name in logs.QUIET:
        logging.getLogger(name).info("GET /v1/issuing/cardholders")
        logging.getLogger(name).warning("kept")
    text = log_file.read_text(encoding="utf-8")
    assert "cardholders" not in text
    assert text.count("kept") == len(logs.QUIET)


def test_a_folder_that_vanished_disturbs_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.start(tmp_path / "never made")
    logging.getLogger("desk").warning("jane.doe@example.com")
    logs.stop()
    assert capsys.readouterr() == ("", "")


def test_stripe_cannot_be_made_to_print_requests(tmp_path: Path) -> None:
    program = """
import pathlib, sys
from supportdesk import logs
logs.start(pathlib.Path(sys.argv[1]))
import stripe
client = stripe.StripeClient(
    "sk_test_51Qn8sLkd93", base_addresses={"api": "http://127.0.0.1:9"}, max_network_retries=0
)
try:
    client.v1.balance.retrieve()
except stripe.APIConnectionError:
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={"STRIPE_LOG": "debug", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "refused", done.stderr
    assert done.stderr == ""
