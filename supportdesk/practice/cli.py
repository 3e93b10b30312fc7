"""`supportdesk practice`: a practice Stripe as a process of its own."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec

import uvicorn

from supportdesk.practice.app import create_app
from supportdesk.practice.clock import Clock
from supportdesk.practice.rules.due import watch_all
from supportdesk.practice.rules.shipping import let_travel
from supportdesk.practice.state import State


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop; prints one JSON line when ready."""
    state = build_state(seed=args.seed, date=args.date, cardholders=args.cardholders)
    let_travel(state, args.automatic_shipping)
    # Named as TCP, or asyncio leaves Nagle's algorithm on and each answer waits some 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # on Windows this would let two servers share a port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", args.port))
    except OSError as error:
        print(f"Port {args.port} is not free: {error.strerror}", file=sys.stderr)
        return 1
    app = create_app(state, rate_limit=args.rate_limit, latency_ms=args.latency)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        date_header=False,  # answers carry the programme's own time
    )
    server = _Server(config)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.stop())
    if args.parent_pipe:
        threading.Thread(target=_follow_parent, args=(server,), daemon=True).start()
    listener.listen(256)
    ready = {
        "url": f"http://127.0.0.1:{listener.getsockname()[1]}",
        "account": state.account,
        "key": state.secret_key,
    }
    print(json.dumps(ready), flush=True)
    server.run(sockets=[listener])
    return 0


def build_state(*, seed: int, date: datetime.date | None, cardholders: int) -> State:
    """Return a state filled with the seeded programme; empty for 0 cardholders."""
    state = State(Clock(date), seed)
    if cardholders > 0 and find_spec("supportdesk.practice.seed") is not None:
        from supportdesk.practice import seed as programme

        today = state.clock.today()
        with state.loading():
            for kind, doc in programme.objects(seed=seed, today=today, cardholders=cardholders):
                state.insert(kind, doc)
            for file_id, content in programme.files(seed=seed):
                state.put_file_content(file_id, content)
    watch_all(state)
    return state


class _Server(uvicorn.Server):
    """Ends with exit status 0 when asked to stop; uvicorn itself would raise the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `run`, which heeds them from the ready line on."""
        yield

    def stop(self) -> None:
        """Finish the requests under way and end."""
        self.should_exit = True


def _follow_parent(server: _Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.stop()
