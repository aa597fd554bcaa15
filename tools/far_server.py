"""A relay that lets a server on this machine be as far away as one over a network: a delay each way, and a bandwidth.

It passes connections on as they are, TLS and all. What it can't do is TCP's slow start: bytes come as fast as the
bandwidth allows from the beginning.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_BLOCK = 65536
#: A chunk of fewer bytes carries no request: it ends a TLS connection or acknowledges what HTTP/2 sent.
_SHORTEST_REQUEST = 64


@dataclass
class Traffic:
    """What went through a relay."""

    #: Connections that were opened.
    connections: int = 0
    #: Bytes that the server sent.
    received: int = 0
    #: When a client opened a connection or sent something that waits for an answer, in seconds of the loop's clock.
    sent: list[float] = field(default_factory=list)

    def rounds(self, delay: float) -> int:
        """The most ways to the server and back that waited for one another; opening a connection is one."""
        count, answered = 0, float("-inf")
        for moment in sorted(self.sent):
            if moment >= answered:
                count, answered = count + 1, moment + 2 * delay
        return count


class FarServer:
    """Listens on 127.0.0.1 in a thread of its own, and passes on to a port there."""

    def __init__(self, port: int, delay: float, bandwidth: float | None = None) -> None:
        """`delay` is in seconds each way, `bandwidth` in bits a second each way for all connections together."""
        self.delay = delay
        self.traffic = Traffic()
        self._target = port
        self._seconds_of_byte = 8 / bandwidth if bandwidth else 0.0
        #: When the line is free again, towards the server and back.
        self._free = {True: 0.0, False: 0.0}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._accept, "127.0.0.1", 0), self._loop)
        self._server = listening.result()
        self.url = f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Takes no more connections, and ends those that there are."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a callback of a server runs in one
        self._tasks.add(task)
        self.traffic.connections += 1
        opened = self._loop.time()
        self.traffic.sent.append(opened)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        # the kernel has accepted the connection at once: what comes in before one way there and back waits for it
        stands = opened + 2 * self.delay
        directions = [
            asyncio.ensure_future(self._pass_on(reader, far_writer, stands, there=True)),
            asyncio.ensure_future(self._pass_on(far_reader, writer, stands, there=False)),
        ]
        try:
            await asyncio.gather(*directions)
        except (OSError, asyncio.CancelledError):
            pass  # one side has gone
        finally:
            await _end(*directions)
            writer.close()
            far_writer.close()
            self._tasks.discard(task)

    async def _pass_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, stands: float, *, there: bool
    ) -> None:
        """Hands each block on when it would have arrived, in order."""
        blocks: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        reading = asyncio.ensure_future(self._read(source, blocks, stands, there=there))
        try:
            while True:
                arrives, block = await blocks.get()
                await asyncio.sleep(max(0.0, arrives - self._loop.time()))
                if not block:
                    sink.write_eof()
                    return
                sink.write(block)
                await sink.drain()
        finally:
            await _end(reading)

    async def _read(
        self, source: asyncio.StreamReader, blocks: asyncio.Queue[tuple[float, bytes]], stands: float, *, there: bool
    ) -> None:
        while block := await source.read(_BLOCK):
            leaves = max(self._loop.time(), stands, self._free[there])
            self._free[there] = leaves + len(block) * self._seconds_of_byte
            if not there:
                self.traffic.received += len(block)
            elif len(block) >= _SHORTEST_REQUEST:
                self.traffic.sent.append(leaves)
            await blocks.put((self._free[there] + self.delay, block))
        await blocks.put((self._loop.time() + self.delay, b""))


async def _end(*tasks: asyncio.Future[None]) -> None:
    """Cancels tasks, and waits until they have ended: the loop may be closed a moment later."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def far_server(port: int, delay: float, bandwidth: float | None = None) -> Iterator[FarServer]:
    """Runs a relay before a server's port on this machine, and stops it in the end."""
    far = FarServer(port, delay, bandwidth)
    try:
        yield far
    finally:
        far.close()
