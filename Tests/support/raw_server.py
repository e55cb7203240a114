"""A server that sends exactly the bytes that a test chooses, when the test chooses.

    RawServer(lambda request, send: send(b"HTTP/1.1 200 OK\\r\\nContent-Le"))

The connection is closed when the function returns. Every request is recorded.
"""

import socket
import threading
from dataclasses import dataclass, field
from time import monotonic

_TLS_HANDSHAKE = 0x16


@dataclass(frozen=True)
class RawRequest:
    method: str
    path: str
    head: str
    time: float = field(default_factory=monotonic)


class RawServer:
    """Plain HTTP on a free port of every address, inside a `with` block."""

    def __init__(self, answer):
        self._answer = answer
        self._socket = socket.create_server(("", 0), backlog=64)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self.requests = []
        self.ended = threading.Event()

    @property
    def port(self):
        return self._socket.getsockname()[1]

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _accept(self):
        while not self.ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                head = self._head(connection)
                if head is None:
                    return
                method, path, _ = head.split(" ", 2)
                request = RawRequest(method, path, head)
                self.requests.append(request)
                self._answer(request, connection.sendall)
            except OSError:
                pass  # The client closed the connection, as most of these tests expect.

    def _head(self, connection):
        """The head of a request; None if the client tries TLS, which is answered as Go does."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return None
            head += piece
            if head[0] == _TLS_HANDSHAKE:
                connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\nTLS to an HTTP server\n")
                return None
        return head.decode("latin-1")


def response(body, media_type, length=None, extra=""):
    """A whole response as bytes; `length` is the Content-Length that it announces."""
    length = len(body) if length is None else length
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n{extra}\r\n"
    ).encode() + body


def endless(send, piece, most=256 << 20):
    """Sends the same piece until the client closes the connection, but at most `most` bytes."""
    for _ in range(most // len(piece)):
        send(piece)
