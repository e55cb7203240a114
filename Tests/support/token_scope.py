"""The grammar of a token's `scope`, read strictly: every deviation is an error.

https://distribution.github.io/distribution/spec/auth/scope/
"""

import re
from dataclasses import dataclass

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_ACTIONS = frozenset({"pull", "push", "delete"})


class ScopeError(ValueError):
    """The client sent a scope that no client should send."""


@dataclass(frozen=True)
class Scope:
    name: str
    actions: tuple

    def granted(self, allowed):
        """This scope as a claim of a token, with those of its actions that are allowed."""
        actions = [action for action in self.actions if action in allowed]
        return {"type": "repository", "name": self.name, "actions": actions}


def parse(text):
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != "repository":
        raise ScopeError(f"not repository:NAME:ACTIONS: {text!r}")
    _, name, listed = parts
    if not _NAME.fullmatch(name):
        raise ScopeError(f"not a repository's name: {name!r}")
    actions = tuple(listed.split(","))
    if not set(actions) <= _ACTIONS or len(set(actions)) != len(actions):
        raise ScopeError(f"not a list of different known actions: {listed!r}")
    return Scope(name, actions)


def parse_all(texts):
    scopes = [parse(text) for text in texts]
    names = [scope.name for scope in scopes]
    if len(set(names)) != len(names):
        raise ScopeError(f"a repository is named twice: {names}")
    return scopes
