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


PUBLISHER = User("publisher", "pub:lish er%41+&\"'ö-4711", frozenset({"pull", "push"}))
READER = User("reader", "only-reading-0815", frozenset({"pull"}))
STRANGER = User("stranger", "knows-nobody-1234")

USERS = (PUBLISHER, READER, STRANGER)
