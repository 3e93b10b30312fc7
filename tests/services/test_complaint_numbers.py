"""Card numbers, CVCs and PINs stop before they are saved, whichever field they stand in."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from supportdesk.domain.complaint_check import check
from supportdesk.domain.complaints import Complaint
from tests.services.test_complaints import Desk, at_desk, refused

PAN = "4242 4242 4242 4242"
_OURS = {"zone", "id", "account", "call_id"}  # set by the desk itself
TEXTS = sorted(
    f.name for f in dataclasses.fields(Complaint) if f.type == "str" and f.name not in _OURS
)


@pytest.mark.parametrize(
    ("said", "told"), [(PAN, "card number"), ("PIN 1234", "PIN"), ("Prüfziffer: 123", "code")]
)
def test_every_text_of_a_complaint_is_looked_at(tmp_path: Path, said: str, told: str) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        lists, now = desk.complaints.basis.lists, desk.now
        for name in TEXTS:
            typed = replace(made, **{name: said})  # type: ignore[arg-type]
            found = {p.field for p in check(typed, lists, now, made) if told in p.text}
            assert found == {name}, name
        assert await desk.complaints.get(made.id) == made

    at_desk(tmp_path, work)


@pytest.mark.parametrize(
    "typed", [PAN, "4242-4242-4242-4242", "４２４２４２４２４２４２４２４２", "PIN 1234"]
)
def test_reasons_and_file_names_are_looked_at(tmp_path: Path, typed: str) -> None:
    async def work(desk: Desk) -> None:
        steps = desk.complaints.steps
        made = await desk.complaints.log(desk.say())
        said = f"he gave {typed} on the phone"
        ways: dict[str, Callable[[], Awaitable[Complaint]]] = {
            "owner": lambda: steps.hand_over(made, said, ""),
            "why": lambda: steps.hand_over(made, "S. Iyer", said),
            "holding_reason": lambda: steps.hold(made, desk.now, said, desk.now + 864_000),
            "description_of_corrective_action": lambda: steps.withdraw(made, desk.now, said),
            "files": lambda: steps.attach(made, f"{typed}.pdf", "application/pdf", b"%PDF"),
        }
        for name, way in ways.items():
            error = await refused(way(), "complaint_invalid")
            assert error.field == name
        investigated = await refused(steps.investigate(made, said), "complaint_invalid")
        assert investigated.field == "why"
        assert await desk.complaints.get(made.id) == made

    at_desk(tmp_path, work)


def test_drafts_and_import_sources_are_masked(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        await desk.complaints.keep_draft("new:", {PAN: f"said {PAN}, CVC 123"})
        assert await desk.complaints.draft("new:") == {"•••• 4242": "said •••• 4242, CVC •••"}
        ready = replace(desk.say(), id="one", date_input=desk.now)
        brought = await desk.complaints.bring(ready, f"list {PAN}.csv")
        (entry,) = await desk.complaints.history(brought.id)
        assert entry.why == "list •••• 4242.csv"

    at_desk(tmp_path, work)
