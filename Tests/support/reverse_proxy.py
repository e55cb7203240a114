"""A reverse proxy in front of a registry: a host name, TLS, and paths that lead to several servers.

It listens at the address of its host name (see hosts.txt), by default on port 443 or 80, and
forwards each request to the server with the longest matching path prefix. It can replace the
registry's challenge and redirect blobs to a storage server, as products other than
docker-registry do.
"""

import http.client
import socket
import time
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from support.http_service import HTTPService

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}
SIGNATURE = "X-Amz-Signature=0123456789abcdef"


@dataclass(frozen=True)
class ForwardedRequest:
    """One request, and the status of its answer."""

    method: str
    path: str
    headers: dict
    status: int


class ReverseProxy(HTTPService):
    """`routes` maps path prefixes to HOST:PORT of servers that speak plain HTTP.

    With a `certificate` it uses TLS. `challenge` replaces the WWW-Authenticate of the server behind;
    blobs are redirected to `storage`, a `Storage`. Each download of a blob begins `delay` seconds later.
    Without `mounts`, a request for a mount begins an upload. `intercept(method, path)` returns the status of an answer
    that the server behind does not give, or None.
    """

    def __init__(self, name, routes, certificate=None, port=None, challenge=None, storage=None,
                 delay=0, mounts=True, intercept=lambda method, path: None):
        self.name = name
        port = port or (443 if certificate else 80)
        super().__init__(_Handler, certificate, (socket.gethostbyname(name), port))
        self.routes = dict(routes)
        self.challenge = challenge
        self.storage = storage
        self.delay = delay
        self.mounts = mounts
        self.intercept = intercept
        self.requests = []

    @property
    def scheme(self):
        return self._scheme

    def route(self, path):
        """The server for a path, or None."""
        fitting = [prefix for prefix in self.routes if path.startswith(prefix)]
        return self.routes[max(fitting, key=len)] if fitting else None

    def mark(self):
        return len(self.requests)

    def since(self, mark):
        return self.requests[mark:]


class Storage(ReverseProxy):
    """A storage server that serves blobs at signed URLs, as S3 and content delivery networks do.

    It refuses requests that also have an Authorization header, "Only one auth mechanism allowed":
    https://github.com/google/go-containerregistry/issues/1472. It reads the blobs with `api`.
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
        if self.command == "GET" and "/blobs/" in path:
            time.sleep(proxy.delay)
        if not proxy.mounts and "mount=" in self.path:
            self.path = path
        if (status := proxy.intercept(self.command, path)) is not None:
            headers, content = [], b""
        elif isinstance(proxy, Storage):
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
        """Redirects to the storage if the registry allows the request."""
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
