"""The `auth` section of docker-registry's configuration, for the two ways that it can ask."""

from pathlib import Path

import bcrypt  # Debian: python3-bcrypt. docker-registry takes no other kind of hash.


def basic(directory, users, realm="manifestx test"):
    """Basic authentication with an htpasswd file. Whoever is in the file may do everything."""
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
    quickest = bcrypt.gensalt(rounds=4)
    return bcrypt.hashpw(password.encode(), quickest).decode()
