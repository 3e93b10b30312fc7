"""The whole program starts its practice Stripe afresh and goes on with the new one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from supportdesk.app import Program
from supportdesk.options import Options
from supportdesk.secrets import SessionVault
from tests.ui.conftest import Loop, until


def test_the_practice_stripe_starts_afresh(loop: Loop, qapp: QApplication, tmp_path: Path) -> None:
    async def scenario() -> None:
        options = Options(
            data_dir=tmp_path, practice=True, practice_arguments=("--cardholders", "20")
        )
        program = Program(qapp, options, SessionVault())
        try:
            assert await program.open()
            first, before = program.window, program.server.ready
            assert first is not None
            assert first.practice is not None
            assert before is not None
            stripe = first.desk.practice
            assert stripe is not None
            await stripe.start("slow", "half")
            await until(lambda: "Drill: " in first.foot.words())
            told = await stripe.forward(30)
            first.practice_afresh.emit()
            await until(lambda: program.window not in (None, first), 60)
            window, after = program.window, program.server.ready
            assert window is not None
            assert after is not None
            assert after.url != before.url
            assert window.desk.practice is not None
            standing = await window.desk.practice.standing()
            assert standing.drills == ()
            assert standing.now < told
            await until(lambda: window.desk.sync.progress.done, 30)
            assert await window.desk.sync.held() >= 20
        finally:
            await program.close()

    loop.run(scenario(), 120)
