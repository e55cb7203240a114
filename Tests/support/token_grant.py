"""Decides whether a token request is granted. Both forms (GET, POST) are read strictly."""

import urllib.parse
from dataclasses import dataclass

from support import token_scope

_QUERY_PARAMETERS = {"service", "scope", "account", "client_id", "offline_token"}
_FORM_FIELDS = {
    "grant_type", "service", "client_id", "access_type", "scope",
    "refresh_token", "username", "password",
}


class Refused(Exception):
    def __init__(self, status, why):
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True)
class Grant:
    """Who may do what. `user` None is anonymous; `token_field` is set where the form fixes it."""

    user: object
    scopes: list
    refresh_token: str = None
    token_field: str = None


def grant_by_query(server, url, pair):
    """GET realm?service=…&scope=…&scope=… with the name and password of Basic, or None."""
    _check_path(server, url)
    query = _query(url.query)
    _check_service(server, query.get("service", [None])[0])
    user = _user(server, pair) if pair else _anonymous(server)
    account = query.get("account", [None])[0]
    if account is not None and (user is None or account != user.name):
        raise Refused(400, f"account {account!r} is not who gave the password")
    wants_refresh = query.get("offline_token", ["false"])[0] == "true"
    refresh = _refresh_token_of(server, user) if wants_refresh and user else None
    scopes = _scopes(server, query.get("scope", []))
    return Grant(user, scopes, refresh)


def grant_by_form(server, url, form):
    """POST realm, with grant_type=refresh_token or grant_type=password."""
    _check_path(server, url)
    if not server.policy.takes_posts:
        raise Refused(server.policy.refuses_posts_with, "GET only")
    if url.query:
        raise Refused(400, "a query beside the form")
    unknown = form.keys() - _FORM_FIELDS
    if unknown:
        raise Refused(400, f"not a form, or unknown fields: {sorted(unknown)}")
    for needed in ("grant_type", "client_id"):
        if not form.get(needed):
            raise Refused(400, f"{needed} is missing")
    _check_service(server, form.get("service"))
    user = _user_of_form(server, form)
    scopes = _scopes(server, form.get("scope", "").split())
    refresh = _refresh_token_of(server, user) if form.get("access_type") == "offline" else None
    return Grant(user, scopes, refresh, token_field="access_token")


def _scopes(server, texts):
    return token_scope.parse_all([text for text in texts if text not in server.policy.empty_scopes])


def _query(text):
    try:
        query = urllib.parse.parse_qs(text, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise Refused(400, "the query is missing or broken") from None
    unknown = query.keys() - _QUERY_PARAMETERS
    if unknown:
        raise Refused(400, f"unknown parameters: {sorted(unknown)}")
    twice = [name for name, values in query.items() if name != "scope" and len(values) > 1]
    if twice:
        raise Refused(400, f"given twice: {twice}")
    return query


def _user_of_form(server, form):
    kind = form["grant_type"]
    if kind == "password":
        return _user(server, (form.get("username", ""), form.get("password", "")))
    if kind == "refresh_token":
        name = server.policy.refresh_tokens.get(form.get("refresh_token"))
        if name is None:
            raise Refused(401, "unknown refresh token")
        return server.users[name]
    raise Refused(400, f"unknown grant_type {kind!r}")


def _check_path(server, url):
    if url.path != server.policy.path:
        raise Refused(404, "the token is elsewhere")


def _check_service(server, service):
    if service is None and not server.policy.needs_service:
        return
    if service != server.service:
        raise Refused(400, f"unknown service {service!r}")


def _user(server, pair):
    """Where there is no POST, a refresh token may stand in for the password."""
    name, password = pair
    if not server.policy.takes_posts and password in server.policy.refresh_tokens:
        return server.users[server.policy.refresh_tokens[password]]
    user = server.users.get(name)
    if user is None or user.password != password:
        raise Refused(401, "authentication required")
    return user


def _anonymous(server):
    if server.policy.anonymous_actions is None:
        raise Refused(401, "authentication required")
    return None


def _refresh_token_of(server, user):
    token = f"refresh-token-of-{user.name}"
    server.policy.refresh_tokens[token] = user.name
    return token
