"""The users of the test registries, and their permissions.

The passwords contain what breaks careless code: a colon, a space, `%`, `+`, `&`, quotes and letters
outside ASCII. They are too long to appear in an output by coincidence.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    name: str
    password: str
    actions: frozenset = frozenset()

    @property
    def pair(self):
        return self.name, self.password

    @property
    def user_pass(self):
        """NAME:PASSWORD, as Basic sends it (RFC 7617)."""
        return ":".join(self.pair)


PUBLISHER = User("publisher", "pub:lish er%41+&\"'ö-4711", frozenset({"pull", "push"}))
READER = User("reader", "only-reading-0815", frozenset({"pull"}))
NO_ACCESS = User("stranger", "knows-nobody-1234")

USERS = (PUBLISHER, READER, NO_ACCESS)
