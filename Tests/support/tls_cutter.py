"""Somebody between a client and a server: cuts TLS connections, and answers plain HTTP on the same port."""

import contextlib
import socket
import threading

_TLS_HANDSHAKE = 0x16


class TLSCutter:
    """Listens at `name`, on a free port, inside a `with` block.

    `passes` gets the number of a TLS connection, from 1 on, and returns whether it reaches `secure`. The others
    are cut. Plain HTTP reaches `plain`. Both are HOST:PORT.
    """

    def __init__(self, name, secure, plain, passes):
        self._targets, self._passes = (secure, plain), passes
        self._socket = socket.create_server((socket.gethostbyname(name), 0))
        self.host = f"{name}:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _accept(self):
        count = 0
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            is_secure = client.recv(1, socket.MSG_PEEK) == bytes([_TLS_HANDSHAKE])
            count += is_secure
            if is_secure and not self._passes(count):
                client.close()
                continue
            host, port = self._targets[0 if is_secure else 1].rsplit(":", 1)
            server = socket.create_connection((host, port))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=_copy, args=pair, daemon=True).start()


def _copy(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
