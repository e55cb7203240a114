"""A private certificate authority, and the certificates that it signs.

As for a company's own registry: docker trusts it only when its CA is in certs.d. Validity and
names are parameters, for certificates that have expired or are for another host.
"""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

LOOPBACK_NAMES = ("127.0.0.1", "::1", "localhost")
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as PEM files and as objects."""

    cert_file: Path
    key_file: Path
    cert: x509.Certificate
    key: object


class Authority:
    """A CA with its files in `directory`; clients must trust `ca_file`."""

    def __init__(self, directory, name="manifestx test CA"):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._subject = _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._cert = self._sign(self._subject, self._key, (
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (_usage(key_cert_sign=True, crl_sign=True), True),
        ))
        self.ca_file = self._write("ca.crt", _pem(self._cert))

    def server(self, *extra_names, names=LOOPBACK_NAMES, ends_in=30 * DAY):
        """A certificate for a TLS server on loopback, and for the extra names."""
        alternatives = x509.SubjectAlternativeName([_alternative(n) for n in names + extra_names])
        return self._issue("server", ec.generate_private_key(ec.SECP256R1()), alternatives, ends_in)

    def client(self, name="manifestx-test-client"):
        """A client certificate, for mutual TLS."""
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name)])
        return self._issue("client", ec.generate_private_key(ec.SECP256R1()), alternatives)

    def signer(self):
        """A certificate whose RSA key signs registry tokens."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        names = x509.SubjectAlternativeName([x509.DNSName("token-signer")])
        return self._issue("signer", key, names)

    def _issue(self, stem, key, alternatives, ends_in=30 * DAY):
        cert = self._sign(_name(f"manifestx test {stem}"), key, (
            (alternatives, False),
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (_usage(digital_signature=True), True),
        ), ends_in)
        stem = f"{stem}-{cert.serial_number:x}"
        key_pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return Certificate(
            self._write(f"{stem}.crt", _pem(cert)), self._write(f"{stem}.key", key_pem), cert, key
        )

    def _sign(self, subject, key, extensions, ends_in=30 * DAY):
        now = datetime.datetime.now(datetime.timezone.utc)
        issuer_key = self._key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * DAY)
            .not_valid_after(now + ends_in)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), False)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, name, content):
        path = self.directory / name
        path.write_bytes(content)
        return path


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _alternative(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(cert):
    return cert.public_bytes(serialization.Encoding.PEM)


def _usage(**on):
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})
