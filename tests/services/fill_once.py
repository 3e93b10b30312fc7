"""Fills a mirror from where it stopped, saying how much it holds: a program to be killed.

python -m tests.services.fill_once FOLDER URL KEY
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from supportdesk.services.progress import Progress
from tests.services.bench import bench


async def main(folder: Path, url: str, key: str) -> None:
    async with bench(folder, url, key, deadline=60) as desk:
        counts = await desk.mirror.counts()

        def say(progress: Progress) -> None:
            if progress.kind:
                counts[progress.kind] = progress.count
            print(progress.kind or "done", sum(counts.values()), flush=True)

        desk.changes.mirror.connect(say)
        await desk.sync.fill()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
