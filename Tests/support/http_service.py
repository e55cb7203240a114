"""A small HTTP(S) server on a free port, in a thread: the base of the simulated servers.

A subclass of `http.server.BaseHTTPRequestHandler` makes the answers. Connections stay open
(HTTP/1.1), every connection has a thread, and a failed TLS handshake ends only its connection.
"""

import contextlib
import socket
import ssl
import threading
from http.server import ThreadingHTTPServer


class HTTPService:
    """`address` is (host, port); `adjust_tls` may change the `ssl.SSLContext` of the server."""

    def __init__(self, handler, certificate=None, address=("", 0), adjust_tls=None):
        self._server = _Server(address, handler)
        self._server.service = self
        self._scheme = "http"
        if certificate:
            self._scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.cert_file, certificate.key_file)
            if adjust_tls:
                adjust_tls(context)
            self._server.tls = context
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self):
        return self._server.server_port

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"{self._scheme}://{self.host}"

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def _close_gently(connection):
    """Reads what the client still sends: otherwise it gets a reset instead of the TLS alert."""
    with contextlib.suppress(OSError), connection:
        connection.settimeout(1)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 16):
            pass


class _Server(ThreadingHTTPServer):
    block_on_close = False  # A client may keep its connection open.
    request_queue_size = 128
    tls = None

    def finish_request(self, request, client_address):
        """Runs in the connection's own thread, and so does the TLS handshake."""
        if self.tls:
            request = self.tls.wrap_socket(
                request, server_side=True, do_handshake_on_connect=False
            )
            try:
                request.do_handshake()
            except OSError:
                _close_gently(request)  # One side refused the other's certificate.
                return
        super().finish_request(request, client_address)
        self.shutdown_request(request)

    def handle_error(self, request, client_address):
        """A client that disconnects early is not a failure of the server."""
