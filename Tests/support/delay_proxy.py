"""A TCP proxy on loopback that adds latency: every byte arrives `delay` seconds later.

Without `rate` it does not limit bandwidth: bytes that are sent together arrive together. Requests that a client
sends in parallel reach the server at the same time, and requests that wait for each other reach it
at least two delays apart. Opening a connection takes no time here; the first bytes on it do.
"""

import asyncio
import threading


class DelayProxy:
    """Forwards connections to `target` (host:port) inside a `with` block."""

    listens_at = "0.0.0.0"
    tls = None  # An `ssl.SSLContext` for the connections of clients.

    def __init__(self, target, delay=0.05, rate=None):
        """`rate`: in bytes per second, of each connection."""
        self._target_host, _, self._target_port = target.rpartition(":")
        self.delay = delay
        self.rate = rate
        self.connections = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._server = None

    @property
    def round_trip(self):
        return 2 * self.delay

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    @property
    def port(self):
        return self._server.sockets[0].getsockname()[1]

    def __enter__(self):
        self._thread.start()
        server = asyncio.start_server(self._serve, self.listens_at, 0, ssl=self.tls)
        self._server = self._run(server)
        return self

    def __exit__(self, *_):
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _end(self):
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, client_reader, client_writer):
        self.connections += 1
        server_reader, server_writer = await asyncio.open_connection(
            self._target_host, int(self._target_port)
        )
        await asyncio.gather(
            self._forward(client_reader, server_writer),
            self._forward(server_reader, client_writer),
        )

    async def _forward(self, reader, writer):
        queue = asyncio.Queue()
        try:
            await asyncio.gather(self._receive(reader, queue), self._deliver(queue, writer))
        finally:
            writer.close()

    async def _receive(self, reader, queue):
        data = True
        while data:
            try:
                data = await reader.read(16384 if self.rate else 65536)
            except OSError:
                data = b""
            queue.put_nowait((self._loop.time() + self.delay, data))

    async def _deliver(self, queue, writer):
        """Writes each piece when it is due. An empty piece is the end of the stream."""
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0, due - self._loop.time()))
            if not data:
                return
            writer.write(data)
            if self.rate:
                await writer.drain()
                await asyncio.sleep(len(data) / self.rate)
