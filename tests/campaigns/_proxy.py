"""A TCP proxy that drops answers, as a bad radio does: the request arrives, what comes back doesn't."""

import contextlib
import random
import socket
import threading

from mes_cli import processes


class LossyProxy:
    """Hands connections on to a port of this machine; of ``share`` of them it keeps the answer, whole or in part."""

    def __init__(self, port: int, share: float, seed: int) -> None:
        self.target, self.share = port, share
        self.dice = random.Random(seed)
        self.dropped = 0
        self.listener = socket.create_server((processes.LOOPBACK, 0), backlog=64)
        self.url = f"http://{processes.LOOPBACK}:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _address = self.listener.accept()
                threading.Thread(target=self.carry, args=(near, self.dice.random()), daemon=True).start()

    def carry(self, near: socket.socket, fate: float) -> None:
        with near, socket.create_connection((processes.LOOPBACK, self.target)) as far:
            threading.Thread(target=self.copy, args=(near, far), daemon=True).start()
            self.copy(far, near, limit=None if fate > self.share else 0 if fate > self.share / 2 else 40)

    def copy(self, source: socket.socket, target: socket.socket, limit=None) -> None:
        """Copy until the end; with ``limit`` only so many bytes of the first answer, then hang up."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if limit is not None:
                    self.dropped += 1
                    target.sendall(data[:limit])
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.listener.close()
