"""The table of endpoints: method, path, parameters, permission and what carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from supportdesk.practice.listing import CREATED, PAGING, read_page
from supportdesk.practice.params import Spec, array, text
from supportdesk.practice.state import Doc, State


@dataclass(frozen=True)
class One:
    """An answer of one object."""

    kind: str
    doc: Doc


@dataclass(frozen=True)
class Many:
    """An answer of one page of objects."""

    kind: str
    docs: list[Doc]
    has_more: bool
    url: str


@dataclass(frozen=True)
class Blob:
    """An answer of file bytes."""

    content: bytes
    media_type: str
    filename: str


Result = One | Many | Blob | Doc


@dataclass(frozen=True)
class Upload:
    """A file of a multipart body."""

    filename: str
    content: bytes


@dataclass
class Call:
    """One checked request on its way to a handler."""

    state: State
    path: dict[str, str]
    params: dict[str, Any]
    version: str = ""
    upload: Upload | None = None
    base_url: str = ""

    @property
    def now(self) -> int:
        """The moment of the call in Unix seconds."""
        return self.state.clock.now()

    def get(self, kind: str, name: str | None = None) -> Doc:
        """Return the object whose id stands in the path, or 404."""
        return self.state.get(kind, self.path[name or kind])

    def named(self, kind: str, param: str) -> Doc:
        """Return the object whose id came in a parameter, or 400."""
        return self.state.get(kind, self.params[param], param)


Handler = Callable[[Call], Result]


@dataclass(frozen=True)
class Endpoint:
    """One operation of the API."""

    method: str
    pattern: str
    permission: str
    params: dict[str, Spec]
    handler: Handler
    kind: str = ""
    listed: bool = False

    @property
    def takes_file(self) -> bool:
        """Whether a multipart file belongs to the request."""
        return (self.method, self.pattern) == ("POST", "/v1/files")


TABLE: list[Endpoint] = []
EXPAND: dict[str, Spec] = {"expand": array(text())}


def endpoint(
    method: str,
    pattern: str,
    permission: str,
    kind: str,
    /,
    **params: Spec,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of an operation answering a `kind`."""

    def register(handler: Handler) -> Handler:
        TABLE.append(Endpoint(method, pattern, permission, {**params, **EXPAND}, handler, kind))
        return handler

    return register


def retrieve(pattern: str, permission: str, kind: str, name: str | None = None) -> None:
    """Register `GET` of one object by id."""

    @endpoint("GET", pattern, permission, kind)
    def handler(call: Call) -> Result:
        return One(kind, call.get(kind, name))


def lists(pattern: str, permission: str, kind: str, *, dated: bool = True, **filters: Spec) -> None:
    """Register `GET` of the list of a kind with these filters.

    A filter that names another object of an unknown id gives an empty list: not documented.
    """

    def handler(call: Call) -> Result:
        docs, more = read_page(call.state, kind, call.params)
        return Many(kind, docs, more, pattern)

    params = {**filters, **PAGING, **(CREATED if dated else {}), **EXPAND}
    TABLE.append(Endpoint("GET", pattern, permission, params, handler, kind, listed=True))
