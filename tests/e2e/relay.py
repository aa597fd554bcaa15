"""A relay before an API server that counts what a client reads."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from e2e.control_plane import ControlPlane

_BLOCK = 1 << 20


class Relay:
    """Passes connections on to the API server as they are, TLS and all; `received` is what came back, in bytes."""

    def __init__(self, port: int) -> None:
        self.received = 0
        self._target = port
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Takes no more connections."""
        # closing alone would not wake up the thread that waits for one
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it was closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            upwards = threading.Thread(target=self._pass_on, args=(client, server), daemon=True)
            upwards.start()
            self._pass_on(server, client, counts=True)
            upwards.join()

    def _pass_on(self, source: socket.socket, sink: socket.socket, *, counts: bool = False) -> None:
        with suppress(OSError):  # one side has gone
            while block := source.recv(_BLOCK):
                if counts:
                    with self._lock:
                        self.received += len(block)
                sink.sendall(block)
        for side in (source, sink):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(plane: ControlPlane) -> Iterator[Relay]:
    """Runs a relay before a control plane."""
    between = Relay(plane.port)
    try:
        yield between
    finally:
        between.close()
