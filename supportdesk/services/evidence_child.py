"""Reads evidence in a process of its own: a hostile file can end that, never the desk.

One job per process. Standard input: a line of JSON, then the files one after the other. Standard
output: a line of JSON, then what was made. The child has limits of memory and time of its own.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Literal

Job = Literal["inspect", "merge", "preview", "small", "behind", "search"]
Part = tuple[bytes, str]  # content and its type, or the ending of its name

SECONDS = 60.0  # for one job
_CPU_SECONDS = 40
_MEMORY = 2_000_000_000  # bytes of address space


class ChildFailed(Exception):
    """The file could not be read within the limits."""


def command() -> list[str]:
    """Command line of the child, from a checkout, a wheel or a frozen program."""
    frozen = getattr(sys, "frozen", False)
    return [sys.executable, *(() if frozen else ("-m", "supportdesk")), "evidence"]


def ask(job: Job, parts: Sequence[Part]) -> tuple[dict[str, Any], list[bytes]]:
    """Have a child do a job; blocks, so call it beside the window's thread.

    Raises:
        ChildFailed: it ended, or did not in time.
    """
    head = {"job": job, "parts": [[len(content), kind] for content, kind in parts]}
    sent = json.dumps(head).encode() + b"\n" + b"".join(content for content, _ in parts)
    try:
        done = subprocess.run(
            command(),
            input=sent,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows: no console
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise ChildFailed from error
    line, _, rest = done.stdout.partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(line)
        return told, list(_cut(rest, told.pop("sizes", ())))
    except (ValueError, TypeError, AttributeError) as error:
        raise ChildFailed from error


async def aside(job: Job, parts: Sequence[Part]) -> tuple[dict[str, Any], list[bytes]]:
    """As `ask`, beside the window's thread."""
    return await asyncio.get_running_loop().run_in_executor(None, ask, job, parts)


def _cut(content: bytes, sizes: Sequence[int]) -> list[bytes]:
    found, at = [], 0
    for size in sizes:
        found.append(content[at : at + size])
        at += size
    return found


def main() -> int:
    """Do one job, as told on standard input; returns the exit status."""
    _limit()
    head = json.loads(sys.stdin.buffer.readline())
    contents = _cut(sys.stdin.buffer.read(), [size for size, _ in head["parts"]])
    kinds = [str(kind) for _, kind in head["parts"]]
    told, made = _work(head["job"], list(zip(contents, kinds, strict=True)))
    told["sizes"] = [len(content) for content in made]
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(made))
    return 0


def _work(job: Job, parts: list[Part]) -> tuple[dict[str, Any], list[bytes]]:
    from supportdesk.services import case_papers, file_words
    from supportdesk.services import evidence_pages as pages

    try:
        if job == "small":
            return {}, [case_papers.small(*part) for part in parts]
        if job == "behind":
            whole, left_out = case_papers.together(parts[0][0], parts[1:])
            return {"left_out": left_out}, [whole]
        if job == "search":
            return {"page": file_words.search(*parts[0])}, []
        if job == "merge":
            return {}, [pages.merge(parts)]
        if job == "preview":
            return {}, list(pages.preview(parts))
        found = pages.inspect(*parts[0])
    except pages.Unusable as problem:
        return {"unusable": problem.code, "number": problem.number}, []
    return {"pages": found.pages, "notes": list(found.notes)}, []


def _limit() -> None:
    """Bound memory and time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's limit of time remains
        return
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _CPU_SECONDS)):
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > most:
            resource.setrlimit(what, (most, hard))
