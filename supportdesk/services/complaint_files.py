"""Files that come into a complaint are searched for card data before they are kept."""

from __future__ import annotations

import asyncio

from supportdesk.errors import UserFacing
from supportdesk.services.evidence_child import ChildFailed, aside
from supportdesk.services.evidence_pages import Unusable
from supportdesk.services.file_words import is_foreign, kind_of, search

#: Said in the history of a complaint that keeps a file nobody could look into.
UNSEARCHED = "Not searched for card numbers: it is locked, damaged or too large to be read."


async def searched(name: str, content: bytes) -> str:
    """Search a file; returns what its complaint's history says of that, "" for nothing.

    A locked or damaged file is kept all the same: it is what the complainant sent.

    Raises:
        UserFacing: `complaint_invalid`, a card number or a CVC can be read in it.
    """
    kind, unread = kind_of(name), False
    try:
        if is_foreign(content):
            told, _ = await aside("search", [(content, kind)])
            unread, page = "unusable" in told, int(told.get("page", 0))
        else:
            page = await asyncio.to_thread(search, content, kind)
    except (ChildFailed, Unusable):
        return UNSEARCHED
    if page:
        raise UserFacing(
            "A full card number or a CVC can be read in this file: it must not be kept.",
            detail=f"It stands on page {page}." if page > 1 else "",
            remedy="Cover all but the last four digits of the number and attach it again.",
            field="files",
            code="complaint_invalid",
        )
    return UNSEARCHED if unread else ""
