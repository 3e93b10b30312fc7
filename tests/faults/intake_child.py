"""One intake from the first key to its submission, saying aloud how far it is; to be killed.

`python -m tests.faults.intake_child FOLDER URL KEY PURCHASE EVIDENCE DAY`
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import sqlmodel  # noqa: F401  (before PySide6, whose import hook stumbles over half of pydantic)

from supportdesk.domain.dispute_answers import answered
from supportdesk.domain.disputes import Draft
from tests.services.desk_at_practice import RULES, Reach, place

WORDS = "The cardholder took no part in this purchase. " * 2
ANSWERS = {"part": "no", "known": "nobody", "possession": "stolen", "details": "no"}
KEYS_PER_PAUSE = 6
FILE = "additional_documentation"


def say(*words: object) -> None:
    """Tell the parent; it may kill at any of these."""
    print(*words, flush=True)


async def type_it(keep: object, draft: Draft) -> Draft:
    """Type key by key and keep what was typed at each pause, as the form does."""
    assert callable(keep)
    for at in range(1, len(WORDS) + 1):
        draft = draft.typed("explanation", WORDS[:at])
        say("typed", at)
        if at % KEYS_PER_PAUSE == 0:
            await keep(draft)
            say("kept", at)
    await keep(draft)
    say("kept", len(WORDS))
    return draft


async def main(folder: Path, url: str, key: str, bought: str, evidence: Path, day: str) -> None:
    """Take one dispute in, save it and submit it."""
    async with place(folder, Reach(url, key)) as desk:
        disputes = desk.disputes
        intake = await disputes.refresh(bought)
        assert intake is not None
        draft = intake.draft.typed("told_us_on", day)
        for question, value in ANSWERS.items():
            draft = answered(draft, question, value, RULES.conversation)
        draft = await type_it(disputes.keep, draft)
        say("adding")
        files = [await disputes.evidence.add(bought, evidence) for _ in range(1)]
        draft = draft.typed(FILE, " ".join(file.id for file in files))
        await disputes.keep(draft)
        say("added")
        say("saving")
        saved = await disputes.save(draft)
        say("saved")
        kept = await disputes.open(bought)
        assert kept is not None
        assert kept.draft.dispute_id == saved.id
        say("submitting")
        await disputes.submit(kept.draft)
        say("submitted")


if __name__ == "__main__":
    _, folder, url, key, bought, evidence, day = sys.argv
    asyncio.run(main(Path(folder), url, key, bought, Path(evidence), day))
