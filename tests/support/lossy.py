"""A way to Stripe on which single requests or answers are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal
from urllib.parse import urlsplit

Fate = Literal["pass", "lose request", "lose answer"]


@asynccontextmanager
async def lossy(url: str, fate: Callable[[str], Fate]) -> AsyncIterator[str]:
    """Pass requests on to `url`; `fate` says by a request's first line what becomes of it."""
    target = urlsplit(url)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            for line in head.decode("latin-1").split("\r\n"):
                if line.lower().startswith("content-length:"):
                    length = int(line.partition(":")[2])
            body = await reader.readexactly(length)
            what = fate(head.split(b"\r\n", 1)[0].decode("latin-1"))
            if what != "lose request":
                answer = await _forward(head, body)
                if what == "pass":
                    writer.write(answer)
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _forward(head: bytes, body: bytes) -> bytes:
        there, out = await asyncio.open_connection(target.hostname, target.port)
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection")]
        out.write(lines[0] + b"\r\nConnection: close\r\n" + b"\r\n".join(lines[1:]) + body)
        await out.drain()
        answer = await there.read()
        out.close()
        first, _, rest = answer.partition(b"\r\n")
        return first + b"\r\nConnection: close\r\n" + rest

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
