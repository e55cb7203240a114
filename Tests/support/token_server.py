"""A strict token server: it refuses every incorrect request, and says why.

https://distribution.github.io/distribution/spec/auth/token/ (GET, with Basic) and
https://distribution.github.io/distribution/spec/auth/oauth/ (POST, with a form).

Every request is recorded, refused or not. `TokenPolicy` varies its answers.
"""

import base64
import binascii
import json
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from support import token_scope
from support.http_service import HTTPService
from support.token_grant import Refused, grant_by_form, grant_by_query
from support.token_issuer import TokenIssuer


@dataclass(frozen=True)
class TokenRequest:
    """One request, the user that it was from, and the status of the answer."""

    time: float
    method: str
    path: str
    query: str
    headers: dict
    form: dict
    client: str
    user: str
    status: int

    @property
    def scopes(self):
        return urllib.parse.parse_qs(self.query).get("scope", [])


@dataclass
class TokenPolicy:
    """How real token servers differ."""

    service: str = "manifestx-test-registry"
    path: str = "/service/token"
    realm: str = None  # None: the server's own address, with `path`.
    token_field: str = "token"
    lifetime: int = 300
    says_lifetime: bool = True
    takes_posts: bool = True
    refuses_posts_with: int = 405
    needs_service: bool = True
    extra_fields: dict = field(default_factory=dict)  # of every answer
    anonymous_actions: frozenset = None  # None: anonymous requests are refused.
    refresh_tokens: dict = field(default_factory=dict)  # the name of the user, by token
    empty_scopes: frozenset = frozenset()  # Scopes of a challenge that grant nothing.


class TokenServer(HTTPService):
    """`users` maps names to `User`s; `signer` is a certificate of `signing_authority`."""

    def __init__(self, users, signing_authority, certificate=None, policy=None):
        super().__init__(_Handler, certificate)
        self.users = {user.name: user for user in users}
        self.policy = policy or TokenPolicy()
        self.trust_file = signing_authority.ca_file
        self.issuer = "manifestx test token server"
        self.requests = []
        self._issuer = TokenIssuer(signing_authority.signer(), self.issuer)

    @property
    def service(self):
        return self.policy.service

    @property
    def realm(self):
        return self.policy.realm or self.url + self.policy.path

    def mark(self):
        return len(self.requests)

    def since(self, mark):
        return self.requests[mark:]

    def answer(self, grant):
        """The body of the answer to a granted request."""
        allowed = grant.user.actions if grant.user else self.policy.anonymous_actions
        access = [scope.granted(allowed) for scope in grant.scopes]
        subject = grant.user.name if grant.user else ""
        token = self._issuer.token(subject, self.service, access, self.policy.lifetime)
        body = {**self.policy.extra_fields, grant.token_field or self.policy.token_field: token}
        if self.policy.says_lifetime:
            body["expires_in"] = self.policy.lifetime
            body["issued_at"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        if grant.refresh_token:
            body["refresh_token"] = grant.refresh_token
        return body


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._serve(lambda url, form: grant_by_query(self._server, url, self._basic()))

    def do_POST(self):
        self._serve(lambda url, form: grant_by_form(self._server, url, form))

    @property
    def _server(self):
        return self.server.service

    def _serve(self, grant_for):
        arrived = time.time()
        url = urllib.parse.urlsplit(self.path)
        form, user = self._form(), ""
        try:
            grant = grant_for(url, form)
            user = grant.user.name if grant.user else ""
            status, body = 200, self._server.answer(grant)
        except token_scope.ScopeError as error:
            status, body = 400, _error("DENIED", str(error))
        except Refused as refused:
            status, body = refused.status, _error("UNAUTHORIZED", refused.why)
        self._server.requests.append(TokenRequest(
            arrived, self.command, url.path, url.query, dict(self.headers), form,
            "%s:%d" % self.client_address, user, status,
        ))
        self._send(status, json.dumps(body).encode())

    def _form(self):
        """The form's fields; a body of any other type is kept under an empty name."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.headers.get("Content-Type") == "application/x-www-form-urlencoded":
            return dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        return {"": body} if body else {}

    def _basic(self):
        """Name and password, or None."""
        header = self.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, encoded = header.partition(" ")
        try:
            pair = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(400, "Authorization is not base64 of UTF-8") from None
        if scheme != "Basic" or ":" not in pair:
            raise Refused(400, "Authorization is not Basic NAME:PASSWORD")
        return tuple(pair.split(":", 1))

    def _send(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The requests are recorded; nothing is printed."""


def _error(code, message):
    return {"errors": [{"code": code, "message": message}]}
