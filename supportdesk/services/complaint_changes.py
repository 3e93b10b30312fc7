"""What a change of a complaint changed, as its history tells it."""

from __future__ import annotations

import dataclasses

from supportdesk.domain.complaints import Attached, Complaint, Sent, Term

# Fields that a history must not repeat: they follow from others or belong to the record itself.
_UNTOLD = frozenset({"id", "number", "account", "version", "clocks", "reported_in", "private"})


def changed_fields(before: Complaint, after: Complaint) -> dict[str, tuple[str, str]]:
    """The texts of all fields that differ, before and after."""
    texts = {}
    for field in dataclasses.fields(Complaint):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new and field.name not in _UNTOLD:
            texts[field.name] = (told(old), told(new))
    return texts


def told(value: object) -> str:
    """Return a field's value in a history: instants in Unix seconds, lists joined."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(told(part) for part in value)
    if isinstance(value, Term):
        return f"{value.text} ({'kept' if value.kept else 'dismissed'})"
    if isinstance(value, Sent):
        return f"{value.purpose} {value.language} {value.version} ({value.medium})"
    if isinstance(value, Attached):
        return f"{value.name} (SHA-256 {value.sha256})"
    return str(value)
