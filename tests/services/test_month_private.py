"""The month's file tells nothing of a person, however a complaint was written."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from supportdesk.domain.records import Address, Cardholder
from tests.services.test_complaints import DAY, Desk, at_desk
from tests.support.store import sql

PEOPLE = (
    ("Lena Hoffmann", "lena.hoffmann@mail.example", "+49 30 1234567", "ich_1NLenaHoffmann"),
    ("Zoë O'Brien-Ng", "zoe@ng.example", "(415) 555-0142", "ich_1NZoe"),
    ("Bo Li", "bo@li.example", "+44 20 7946 0958", "ich_1NBo"),
    ("王伟", "wang@wei.example", "+86 10 1234 5678", "ich_1NWang"),
    ("Łukasz Żółć", "lukasz+cards@zolc.example", "0151 2345 6789", "ich_1NLukasz"),
)


def test_nothing_of_a_person_is_in_the_pack_its_name_or_its_properties(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        for name, mail, phone, cardholder in PEOPLE:
            apart = unicodedata.normalize("NFD", name)
            told = f"{name.upper()} <{mail}> called from {phone}. 这是 {name}。{apart} is angry."
            links = f"https://dashboard.stripe.com/issuing/cardholders/{cardholder}"
            made = desk.say(user_stage="Active", cardholder_name=name, cardholder_id=cardholder)
            made = replace(made, card_id="ic_1NCard", card_last4="4242", internal_links=links)
            one = await desk.complaints.log(
                replace(made, verbatim=told, support_need="large print")
            )
            # What a person typed into the neutral text all the same is taken out too.
            one = await desk.complaints.edit(replace(one, complaint_description=told))
            await desk.complaints.steps.resolve(
                desk.resolved(one, description_of_corrective_action=f"{told} ic_1NCard, wrote")
            )
        private = {part for one in PEOPLE for part in one} | {"ic_1NCard", "4242", "large print"}
        private |= {word for name, *_ in PEOPLE for word in name.split() if len(word) > 2}
        for form in ("csv", "xlsx"):
            path = tmp_path / f"complaints-2026-11.{form}"
            await desk.months.export("2026-11", path)
            content = [path.read_bytes(), path.name.encode()]
            if form == "xlsx":
                with zipfile.ZipFile(path) as parts:
                    content += [parts.read(name) for name in parts.namelist()]
            said = b"\n".join(content).decode("utf-8", "replace").casefold()
            assert "[cardholder]" in said
            assert [value for value in private if value.casefold() in said] == []

    at_desk(tmp_path, work)


JONAS = Cardholder(
    id="ich_1NJonas",
    name="Jonas Grüßner",
    first_name="Johann",
    last_name="Grüßner",
    email="jonas@gruessner.example",
    phone_number="+4915112345678",
    billing=Address(line1="Lindenstraße 5", city="Köln", postal_code="50674", country="DE"),
    dob=date(1984, 3, 12),
)
TOLD = (
    "Jonas Gruessner (Johann, geb. 12.3.1984, Lindenstr. 5, 50674 Koeln, 0151/123 45-678, "
    "jonas at gruessner dot example, IBAN DE89 3704 0044 0532 0130 00) waits for EUR 50674 "
    "since 12 March; his card 4711 was taken."
)
NEUTRAL = (
    "[cardholder] ([cardholder], geb. [date of birth], [address], [phone], [e-mail], IBAN "
    "[account number]) waits for EUR 50674 since 12 March; his card [card] was taken."
)


def test_what_stripe_knows_of_a_person_stays_out_even_when_the_copy_is_gone(
    tmp_path: Path,
) -> None:
    async def work(desk: Desk) -> None:
        made = desk.say(user_stage="Active", cardholder_name=JONAS.name, cardholder_id=JONAS.id)
        made = replace(made, card_last4="4711")
        # Not known yet: that is found when the month is made, and stays found once it was sent.
        early = await desk.complaints.log(replace(made, verbatim=TOLD, complaint_description=TOLD))
        await desk.mirror.put([JONAS], desk.now)
        late = await desk.complaints.log(replace(made, verbatim=TOLD))
        assert late.complaint_description == NEUTRAL
        typed = await desk.complaints.edit(replace(late, complaint_description=TOLD))
        assert typed.complaint_description == TOLD  # as typed; only the file is without
        assert await desk.complaints.edit(typed) == typed

        async def rows() -> list[str]:
            await desk.months.export("2026-11", tmp_path / "a.csv")
            sent = (tmp_path / "a.csv").read_text("utf-8")
            return [row[10] for row in csv.reader(io.StringIO(sent, newline=""))][1:]

        desk.now += 30 * DAY
        assert await rows() == [NEUTRAL, NEUTRAL]
        entries = (await desk.months.pack("2026-11")).entries
        problems = {p.text for entry in entries for p in entry.problems}
        assert len(problems) == 1
        assert "the cardholder's address" in problems.pop()
        await desk.months.submit("2026-11", date(2026, 12, 3))
        await desk.mirror.database.run(sql("DELETE FROM cardholders"))
        pack = await desk.months.pack("2026-11")
        assert (pack.differs, (await desk.months.pack("2026-12")).entries) == (0, ())
        again = await desk.complaints.get(early.id)
        moved = await desk.complaints.edit(replace(again, complaint_channel="Chat"))
        (entry,) = (await desk.months.pack("2026-12")).entries
        assert (entry.complaint.id, entry.why, entry.row[10]) == (moved.id, "changed", NEUTRAL)

    at_desk(tmp_path, work)
