"""What stands before a registry in real life: a host name, TLS, paths that lead to several servers.

Answers under its real name (see hosts.txt), on the port that a browser would use unless told
another, and hands each request to the server whose path prefix fits best. What a product does
otherwise than docker-registry can be said: its challenge, and that it keeps blobs elsewhere.
"""

import http.client
import socket
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from support.http_service import HTTPService

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}
SIGNATURE = "X-Amz-Signature=0123456789abcdef"


@dataclass(frozen=True)
class ForwardedRequest:
    """One request, and the status that came back."""

    method: str
    path: str
    headers: dict
    status: int


class ReverseProxy(HTTPService):
    """`routes` maps path prefixes to HOST:PORT of servers that speak plain HTTP.

    With a `certificate` it speaks TLS. `challenge` stands in for the WWW-Authenticate of the server
    behind; `storage` is the `Storage` to which blobs are redirected.
    """

    def __init__(self, name, routes, certificate=None, port=None, challenge=None, storage=None):
        self.name = name
        port = port or (443 if certificate else 80)
        super().__init__(_Handler, certificate, (socket.gethostbyname(name), port))
        self.routes = dict(routes)
        self.challenge = challenge
        self.storage = storage
        self.requests = []

    @property
    def scheme(self):
        return self._scheme

    def route(self, path):
        """Where a path leads; None: nowhere."""
        fitting = [prefix for prefix in self.routes if path.startswith(prefix)]
        return self.routes[max(fitting, key=len)] if fitting else None

    def mark(self):
        return len(self.requests)

    def since(self, mark):
        return self.requests[mark:]


class Storage(ReverseProxy):
    """Where blobs are fetched from with a signed address, as from S3 and the networks before it.

    They refuse who comes with a second way of proof: "Only one auth mechanism allowed",
    https://github.com/google/go-containerregistry/issues/1472. `api` gets what is there.
    """

    def __init__(self, name, api, certificate):
        super().__init__(name, {}, certificate)
        self.api = api

    def url(self, path):
        return f"https://{self.name}{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&{SIGNATURE}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self):
        proxy = self.server.service
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urllib.parse.urlsplit(self.path).path
        backend = proxy.route(path)
        if isinstance(proxy, Storage):
            status, headers, content = self._from_storage(proxy, path)
        elif proxy.storage and self.command in ("GET", "HEAD") and "/blobs/sha256:" in path:
            status, headers, content = self._redirected(proxy, path, backend)
        elif backend is None:
            status, headers, content = 404, [], b""
        else:
            status, headers, content = self._forward(backend, self.path, self.headers, body)
        proxy.requests.append(ForwardedRequest(self.command, self.path, dict(self.headers), status))
        self._answer(status, headers, content)

    def _redirected(self, proxy, path, backend):
        """To the storage, once the registry has said that this one may have it."""
        status, headers, content = self._forward(backend, self.path, self.headers, b"")
        if status != 200:
            return status, headers, content
        return 307, [("Location", proxy.storage.url(path))], b""

    def _from_storage(self, storage, path):
        if "Authorization" in self.headers:
            return 400, [], b"<Error><Message>Only one auth mechanism allowed</Message></Error>"
        if not self.path.endswith(SIGNATURE):
            return 403, [], b"<Error><Code>AccessDenied</Code></Error>"
        return 200, [], storage.api.request("GET", path, expect=200).body

    def _forward(self, backend, path, given, body):
        proxy = self.server.service
        headers = {name: value for name, value in given.items() if name.lower() not in _HOP_BY_HOP}
        headers["Host"] = self.headers["Host"]
        headers["X-Forwarded-Proto"] = proxy.scheme
        headers["Content-Length"] = str(len(body))
        connection = http.client.HTTPConnection(backend, timeout=30)
        try:
            connection.request(self.command, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, self._changed(answer.getheaders()), content
        finally:
            connection.close()

    def _changed(self, headers):
        challenge = self.server.service.challenge
        for name, value in headers:
            if name.lower() == "www-authenticate" and challenge:
                yield name, challenge
            elif name.lower() not in _HOP_BY_HOP or self.command == "HEAD":
                yield name, value

    def _answer(self, status, headers, content):
        self.send_response(status)
        headers = list(headers)
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in {name.lower() for name, _ in headers}:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = _serve

    def log_message(self, *_):
        """The requests are recorded; nothing is printed."""
