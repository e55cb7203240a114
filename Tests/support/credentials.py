"""What `docker login` stores: entries of `auths`, or credentials in a helper on the PATH."""

import base64
import json
import shlex
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = """#!/bin/sh
# A credential helper as docker runs it: the action as argument, the server's address on stdin.
directory={directory}
server=$(cat)
printf '%s %s\\n' "$*" "$server" >> "$directory/calls"
answer=$directory/$(printf '%s' "$server" | tr / _).json
if [ "$*" = get ] && [ -f "$answer" ]; then
    cat "$answer"
else
    echo 'credentials not found in native keychain'
    exit 1
fi
"""


def auth(user):
    """An entry of `auths` as docker login writes it."""
    return {"auth": base64.b64encode(user.user_pass.encode()).decode()}


def identity_token(token, name="00000000-0000-0000-0000-000000000000"):
    """An entry of `auths` after a login that exchanged the password for an identity token."""
    return {"auth": base64.b64encode(f"{name}:".encode()).decode(), "identitytoken": token}


def username_password(user):
    """The older form of `auth`, with separate fields."""
    return {"username": user.name, "password": user.password}


@dataclass(frozen=True)
class Helper:
    """The program docker-credential-NAME, which records its calls."""

    directory: Path

    def add_credential(self, server, user):
        """Stores a pair; for the user name `<token>` the password is an identity token."""
        name = server.replace("/", "_") + ".json"
        entry = {"ServerURL": server, "Username": user.name, "Secret": user.password}
        (self.directory / name).write_text(json.dumps(entry))

    @property
    def calls(self):
        """Each call so far, as "ARGUMENTS SERVER"."""
        calls = self.directory / "calls"
        return calls.read_text().splitlines() if calls.exists() else []


def install_helper(plugin, name):
    """Puts docker-credential-NAME on the plugin's PATH, with no credentials yet."""
    directory = plugin.home / f"helper-{name}"
    directory.mkdir()
    script = plugin.bin / f"docker-credential-{name}"
    script.write_text(_SCRIPT.format(directory=shlex.quote(str(directory))))
    script.chmod(0o755)
    return Helper(directory)


def install_script(plugin, name, lines):
    """Puts docker-credential-NAME with these shell commands on the plugin's PATH."""
    script = plugin.bin / f"docker-credential-{name}"
    script.write_text(f"#!/bin/sh\n{lines}\n")
    script.chmod(0o755)
    return script
