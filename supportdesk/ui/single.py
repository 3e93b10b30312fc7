"""One desk per data folder: a second start raises the first window."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from supportdesk.errors import UserFacing
from supportdesk.ui.text import tr

ANSWER_MS = 2000


class SingleInstance(QObject):
    """Holds the data folder for this process.

    Signals:
        raised: another start asked this window to come to the front.

    Attributes:
        answered: whether the first desk heard that it is to show itself.
    """

    raised = Signal()

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The lock decides, also after a crash (Qt looks whether its owner still lives);
        # the socket only carries the wish to be raised.
        self._lock = QLockFile(str(data / "desk.lock"))
        self._lock.setStaleLockTime(0)
        digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
        self._name = f"supportdesk-{digest}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)
        self.answered = False

    def claim(self) -> bool:
        """Whether this process is the first; if not, the first one is asked to show itself.

        Raises:
            UserFacing: `folder_unusable`, nobody can hold the folder.
        """
        if self._lock.tryLock(0):
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
            return True
        if self._lock.error() is not QLockFile.LockError.LockFailedError:
            raise UserFacing(
                tr("The desk cannot keep its files."),
                tr("Its folder takes no new file: it is full or closed to this account."),
                tr("Make room or make the folder writable, then try again."),
                retry=True,
                code="folder_unusable",
            )
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(ANSWER_MS):
            self.answered = True
            socket.disconnectFromServer()
        return False

    def release(self) -> None:
        """Give the folder free."""
        self._server.close()
        self._lock.unlock()

    def _called(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raised.emit()
