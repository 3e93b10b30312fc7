"""Evidence of a dispute: looked at, kept, put together, shown, uploaded once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from supportdesk.domain import evidence_files
from supportdesk.domain.disputes import Draft
from supportdesk.domain.evidence_files import Evidence
from supportdesk.errors import UserFacing
from supportdesk.services import evidence_child
from supportdesk.services.actions import Actions
from supportdesk.services.evidence_child import ChildFailed, Job, Part
from supportdesk.services.once import derived_key
from supportdesk.store.dispute_drafts import DisputeDrafts, Kept
from supportdesk.stripe_gateway.client import Gateway

_UPLOAD = "dispute.evidence"
TOGETHER = "Evidence.pdf"  # name of what the desk put together
_SPARE = 86_400.0  # seconds before its end at which a file at Stripe is sent anew


class DisputeEvidence:
    """The evidence files of the open account; hostile ones are opened in a process of their own.

    Args:
        account: ref of the open account.
        agent: name of the agent now.
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        drafts: DisputeDrafts,
        actions: Actions,
        *,
        account: str,
        agent: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gateway = gateway
        self._drafts = drafts
        self._actions = actions
        self._account = account
        self._agent = agent
        self._clock = clock

    async def add(self, transaction_id: str, path: Path) -> Kept:
        """Judge a file by its content and keep it in the casebook.

        Raises:
            UserFacing: `evidence_*`, each with its own sentence; nothing was kept.
        """
        loop = asyncio.get_running_loop()
        return await self._take(
            transaction_id, await loop.run_in_executor(None, evidence_files.read, path)
        )

    async def add_picture(self, transaction_id: str, name: str, content: bytes) -> Kept:
        """As `add`, for a picture that was pasted."""
        return await self._take(transaction_id, evidence_files.check(name, content, len(content)))

    async def _take(self, transaction_id: str, file: Evidence) -> Kept:
        told, _ = await _work("inspect", [(file.content, file.content_type)])
        seen = replace(file, pages=int(told["pages"]), notes=tuple(told["notes"]))
        return await self._keep(transaction_id, seen)

    async def _keep(self, transaction_id: str, file: Evidence, parts: Sequence[str] = ()) -> Kept:
        return await self._drafts.add_file(
            self._account, transaction_id, file, agent=self._agent(), at=self._clock(), parts=parts
        )

    async def preview(self, file_ids: Sequence[str]) -> list[bytes]:
        """Return the pages as the bank will see them: black and white, as PNG.

        Raises:
            UserFacing: `evidence_*`, a file cannot be shown.
        """
        _, pages = await _work("preview", [await self._part(file_id) for file_id in file_ids])
        return pages

    async def whole(self, transaction_id: str, file_ids: Sequence[str]) -> Kept:
        """Return the one file that Stripe gets for kept files, in their order.

        A single PDF goes as it is; all else becomes a PDF, made once and kept.

        Raises:
            UserFacing: `evidence_*`, they cannot be put together.
        """
        known = await self._known(transaction_id)
        if (made := _made_before(known, file_ids)) is not None:
            return made
        content = await self._merged(file_ids)
        if (problem := too_large(len(content))) is not None:
            raise problem
        pages = sum(known[file_id].pages for file_id in file_ids)
        together = Evidence(TOGETHER, "application/pdf", content, pages)
        return await self._keep(transaction_id, together, file_ids)

    async def size(self, transaction_id: str, file_ids: Sequence[str]) -> int:
        """Return how many bytes the one file would have that Stripe gets; keeps nothing.

        Raises:
            UserFacing: `evidence_*`, they cannot be put together.
        """
        made = _made_before(await self._known(transaction_id), file_ids)
        return made.size if made is not None else len(await self._merged(file_ids))

    async def _known(self, transaction_id: str) -> dict[str, Kept]:
        return {file.id: file for file in await self._drafts.files(self._account, transaction_id)}

    async def _merged(self, file_ids: Sequence[str]) -> bytes:
        _, made = await _work("merge", [await self._part(file_id) for file_id in file_ids])
        return made[0]

    async def _part(self, file_id: str) -> Part:
        content = await self._drafts.content(self._account, file_id)
        return content, evidence_files.sniff(content) or "application/pdf"

    async def uploaded(self, draft: Draft, name: str, file: Kept, call_id: str) -> str:
        """Return Stripe's id of a kept file, uploading it if Stripe does not have it.

        The key follows from the file, so that an upload that was broken off is the same upload.

        Raises:
            UserFacing: Stripe refused it.
            OutcomeUnknown: it may or may not have arrived; the next try finds out.
        """
        now = self._clock()
        if file.stripe_file_id and now < (file.expires_at or now + 1) - _SPARE:
            return file.stripe_file_id
        content = await self._drafts.content(self._account, file.id)
        owner = draft.dispute_id or draft.transaction_id
        stored = await self._actions.perform(
            _UPLOAD,
            owner,
            {"field": name, "type": file.content_type, "size": file.size, "sha256": file.sha256},
            lambda key: self._gateway.upload_evidence(content, file.content_type, key=key),
            call_id=call_id,
            key=await self._key(owner, file),
        )
        await self._drafts.uploaded(self._account, file.id, stored.id, stored.expires_at)
        return stored.id

    async def _key(self, owner: str, file: Kept) -> str:
        """Return the key of this upload: the one before, unless that can bring nothing more."""
        spent = {
            entry.idempotency_key
            for entry in await self._actions.history(owner, 200)
            if entry.state == "refused" or entry.outcome.get("replayed")
        }
        about, attempt = f"{file.id} {file.stripe_file_id}", 1
        while (key := derived_key(_UPLOAD, about, attempt)) in spent:
            attempt += 1
        return key


def _made_before(known: Mapping[str, Kept], file_ids: Sequence[str]) -> Kept | None:
    """Return the one file that Stripe gets for these, if it is kept already."""
    first = known[file_ids[0]]
    if len(file_ids) == 1 and first.content_type == "application/pdf":
        return first
    return next((file for file in known.values() if file.parts == tuple(file_ids)), None)


def too_large(size: int) -> UserFacing | None:
    """Return what is wrong with the size (bytes) of files put together; None if Stripe takes it."""
    if size <= evidence_files.MAX_BYTES:
        return None
    return evidence_files.unusable("evidence_too_large_together", round(size / 1e6, 1))


async def _work(job: Job, parts: Sequence[Part]) -> tuple[dict[str, Any], list[bytes]]:
    """Have a child do a job. Raises UserFacing with the file's own sentence."""
    try:
        told, made = await evidence_child.aside(job, parts)
    except ChildFailed as error:
        raise evidence_files.unusable("evidence_too_hard") from error
    if "unusable" in told:
        raise evidence_files.unusable(str(told["unusable"]), float(told["number"]))
    return told, made
