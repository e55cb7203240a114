"""TLS before a server that speaks none: what comes in is passed on byte by byte."""

import asyncio
import socket
import ssl
import threading


class TLSFront:
    """At `name`, on a free port, for the length of a `with`; `target` is HOST:PORT."""

    def __init__(self, name, target, certificate):
        self.name = name
        self._target = target.rpartition(":")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.cert_file, certificate.key_file)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._server = None

    @property
    def host(self):
        return f"{self.name}:{self._server.sockets[0].getsockname()[1]}"

    def __enter__(self):
        self._loop.set_exception_handler(lambda *_: None)  # A client may refuse our certificate.
        self._thread.start()
        address = socket.gethostbyname(self.name)
        self._server = self._run(asyncio.start_server(self._serve, address, 0, ssl=self._context))
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
        host, _, port = self._target
        server_reader, server_writer = await asyncio.open_connection(host, int(port))
        await asyncio.gather(
            _forward(client_reader, server_writer), _forward(server_reader, client_writer)
        )


async def _forward(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # The other side was told, or will be.
    finally:
        writer.close()
