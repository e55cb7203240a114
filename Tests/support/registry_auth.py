"""The `auth` section of docker-registry's configuration, for Basic and for tokens."""

from pathlib import Path

import bcrypt  # Debian: python3-bcrypt. docker-registry accepts no other kind of hash.


def basic(directory, users, realm="manifestx test"):
    """Basic authentication with an htpasswd file. Every user in it has all permissions."""
    path = Path(directory) / "htpasswd"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{user.name}:{_hash(user.password)}\n" for user in users))
    return {"htpasswd": {"realm": realm, "path": str(path)}}


def token(token_server):
    """Bearer tokens, signed by a `TokenServer`."""
    return {
        "token": {
            "realm": token_server.realm,
            "service": token_server.service,
            "issuer": token_server.issuer,
            "rootcertbundle": str(token_server.trust_file),
        }
    }


def _hash(password):
    salt = bcrypt.gensalt(rounds=4)  # The fastest.
    return bcrypt.hashpw(password.encode(), salt).decode()
