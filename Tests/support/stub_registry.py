"""A server with fixed answers, for what no real registry does on demand.

    StubRegistry({("GET", "/v2/a/manifests/v1"): Answer(200, b"garbage")})

An unknown request is answered with 404. Every request is recorded.
"""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from support.http_service import HTTPService


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)


def errors(status, code, message, detail=None):
    """An answer in the form of the distribution spec's error bodies."""
    entry = {"code": code, "message": message, "detail": detail}
    return Answer(status, json.dumps({"errors": [entry]}).encode(), {
        "Content-Type": "application/json",
    })


@dataclass(frozen=True)
class StubRequest:
    method: str
    path: str
    headers: dict
    body: bytes


class StubRegistry(HTTPService):
    """`answers` maps (method, path) to an `Answer`, or to a function from StubRequest to one."""

    def __init__(self, answers, certificate=None, **options):
        super().__init__(_Handler, certificate, **options)
        self.answers = answers
        self.requests = []

    def answer(self, request):
        self.requests.append(request)
        missing = errors(404, "NOT_FOUND", "the stub has no answer to this")
        answer = self.answers.get((request.method, request.path), missing)
        return answer(request) if callable(answer) else answer


class Everywhere(dict):
    """Answers for a `StubRegistry`: the same one to each request, or what a function returns."""

    def __init__(self, answer):
        super().__init__()
        self._answer = answer

    def get(self, *_):
        return self._answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = StubRequest(self.command, self.path, dict(self.headers), body)
        answer = self.server.service.answer(request)
        if "Date" in answer.headers:
            self.send_response_only(answer.status)
        else:
            self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = _serve

    def log_message(self, *_):
        """The requests are recorded; nothing is printed."""
