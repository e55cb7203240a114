"""Signs registry tokens: JWTs that docker-registry accepts.

https://distribution.github.io/distribution/spec/auth/jwt/
The key's certificate is sent in the `x5c` header, and docker-registry is configured
(`rootcertbundle`) to trust the authority that signed it.
"""

import base64
import secrets
import time

import jwt
from cryptography.hazmat.primitives import serialization


class TokenIssuer:
    def __init__(self, signer, name):
        self.name = name
        self._key = signer.key
        certificate = signer.cert.public_bytes(serialization.Encoding.DER)
        self._headers = {"x5c": [base64.b64encode(certificate).decode()]}

    def token(self, user_name, audience, access, lifetime):
        """A token for `access`: a list of {type, name, actions}."""
        now = int(time.time())
        claims = {
            "iss": self.name,
            "sub": user_name,
            "aud": audience,
            "iat": now,
            "nbf": now - 10,
            "exp": now + lifetime,
            "jti": secrets.token_hex(8),
            "access": access,
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers=self._headers)
