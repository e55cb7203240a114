"""The people whom the fixture registries know, and what each may do.

The passwords hold what breaks careless code: a colon, a space, `%`, `+`, `&`, quotes and letters
outside ASCII. They are long enough that finding one in an output is never a coincidence.
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
