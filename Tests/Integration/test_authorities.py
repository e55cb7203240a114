"""Certificate authorities: SSL_CERT_FILE and SSL_CERT_DIR as in Go, and files that are none."""

import shutil

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from support import images
from support.certs import Authority
from support.credentials import auth
from support.repository import Repository
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER

HOST = "hostile.example.com"
OTHER = "elsewhere.example.com"
IMAGE = images.build("linux/arm64")
CONFIG = f"/v2/test/app/blobs/{images.digest_of(IMAGE.blobs[0])}"
MANIFEST = Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})


class Server(StubRegistry):
    """A registry with one image, which `binary` may look at."""

    def __init__(self, certificate, config=Answer(200, IMAGE.blobs[0])):
        answers = {("GET", "/v2/test/app/manifests/v1"): MANIFEST, ("GET", CONFIG): config}
        super().__init__(answers, certificate)

    @property
    def name(self):
        return f"{HOST}:{self.port}"

    def inspect(self, binary, **environment):
        words = ("inspect", "--debug", f"{self.name}/test/app:v1")
        environment = {name: str(value) for name, value in environment.items()}
        return binary.attempt(*words, environment=environment)

    def is_trusted(self, binary, **environment):
        result = self.inspect(binary, **environment)
        assert result.returncode in (0, 1), result.output
        if result.returncode:
            assert "signed by an unknown authority" in result.stderr
            assert self.requests == []
        return result.returncode == 0


@pytest.fixture
def server(authority):
    with Server(authority.server(names=(HOST,))) as server:
        yield server


@pytest.fixture
def stranger(tmp_path):
    """An authority that signed nothing here."""
    return Authority(tmp_path / "stranger", "manifestx test stranger")


@pytest.fixture
def directory(tmp_path, stranger):
    """As they are filled by people: files of any name, and of any kind."""
    directory = tmp_path / "certs"
    (directory / "subdirectory").mkdir(parents=True)
    (directory / "README").write_text("put the certificates here\n")
    (directory / "empty").touch()
    (directory / "binary.der").write_bytes(der(stranger))
    (directory / "cut.pem").write_bytes(stranger.ca_file.read_bytes()[:300])
    (directory / "nowhere").symlink_to(directory / "missing")
    shutil.copy(stranger.ca_file, directory / "stranger")
    (directory / "0a1b2c3d.0").symlink_to("stranger")
    return directory


def der(authority):
    certificate = x509.load_pem_x509_certificate(authority.ca_file.read_bytes())
    return certificate.public_bytes(Encoding.DER)


def test_file(server, authority, binary):
    assert server.is_trusted(binary, SSL_CERT_FILE=authority.ca_file)


def test_file_of_others(server, stranger, binary):
    assert not server.is_trusted(binary, SSL_CERT_FILE=stranger.ca_file)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_empty_variable_is_none(server, authority, binary, variable):
    assert not server.is_trusted(binary, **{variable: ""})
    binary.trust(server.name, authority.ca_file)
    assert server.is_trusted(binary, **{variable: ""})


def test_file_of_many_forms(server, authority, stranger, binary, tmp_path):
    """Text around, ends of line of another system, a broken one before a good one."""
    text = authority.ca_file.read_text()
    broken = stranger.ca_file.read_text().replace("MI", "*!", 1)
    file = tmp_path / "bundle.pem"
    content = f"# our own\n{broken}\n\nBag Attributes\n    name: x\n{text}".replace("\n", "\r\n")
    file.write_bytes(content.encode())
    assert server.is_trusted(binary, SSL_CERT_FILE=file)


@pytest.mark.parametrize("place", ["{}", "{}:/nowhere", "/nowhere:{}", "{stranger}:{}", ":{}:"])
def test_directory(server, authority, stranger, binary, directory, place):
    """All of it counts, whatever the files are called, and what is no certificate does not."""
    shutil.copy(authority.ca_file, directory / "company-ca")
    place = place.format(directory, stranger=stranger.directory)
    assert server.is_trusted(binary, SSL_CERT_DIR=place)


@pytest.mark.parametrize("place", ["{}", "/nowhere", ":"])
def test_directory_without_it(server, binary, directory, place):
    assert not server.is_trusted(binary, SSL_CERT_DIR=place.format(directory))


def test_link_into_another_directory(server, authority, binary, directory):
    (directory / "link").symlink_to(authority.ca_file)
    assert server.is_trusted(binary, SSL_CERT_DIR=directory)


def test_both(server, authority, stranger, binary, directory):
    assert server.is_trusted(binary, SSL_CERT_FILE=authority.ca_file, SSL_CERT_DIR=directory)
    shutil.copy(authority.ca_file, directory / "company-ca")
    assert server.is_trusted(binary, SSL_CERT_FILE=stranger.ca_file, SSL_CERT_DIR=directory)
    assert server.is_trusted(binary, SSL_CERT_FILE="/dev/null", SSL_CERT_DIR=directory)


def test_none_at_all(server, binary, tmp_path):
    (tmp_path / "empty").mkdir()
    assert not server.is_trusted(binary, SSL_CERT_FILE="/dev/null", SSL_CERT_DIR=tmp_path / "empty")


def test_certs_d_counts_besides(server, authority, stranger, binary, directory):
    binary.trust(server.name, authority.ca_file)
    assert server.is_trusted(binary, SSL_CERT_FILE=stranger.ca_file, SSL_CERT_DIR=directory)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_token_server(token_registry, authority, path, binary, variable):
    app = Repository(token_registry, path, "registry.example.com")
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    words = app.push_pair()
    place = authority.ca_file if variable == "SSL_CERT_FILE" else authority.directory
    binary.publish(app.at("v1"), *words, environment={variable: str(place)})
    assert "v1" in app.tags()


def test_redirect(authority, stranger, binary, directory):
    """Each of the two by another authority."""
    shutil.copy(stranger.ca_file, directory / "company-ca")
    with StubRegistry({}, stranger.server(names=(OTHER,))) as storage:
        storage.answers["GET", "/there"] = Answer(200, IMAGE.blobs[0])
        there = Answer(307, b"", {"Location": f"https://{OTHER}:{storage.port}/there"})
        with Server(authority.server(names=(HOST,)), there) as server:
            environment = {"SSL_CERT_FILE": str(authority.ca_file), "SSL_CERT_DIR": str(directory)}
            words = ("publish", "--dry-run", f"{server.name}/test/app:list", ":v1")
            binary.run(*words, environment=environment)
        assert storage.requests


# What is no authority.

def test_file_that_is_not_there(server, binary, tmp_path):
    result = server.inspect(binary, SSL_CERT_FILE=tmp_path / "missing.pem")
    assert result.returncode == 1
    assert f"SSL_CERT_FILE, {tmp_path}/missing.pem: no such file" in result.stderr
    assert server.requests == []


def test_insecure_registry_needs_none(server, binary):
    words = ("inspect", "--insecure", f"{server.name}/test/app:v1")
    binary.run(*words, environment={"SSL_CERT_FILE": "/nowhere.pem"})


NO_AUTHORITY = {
    "empty": (b"", "empty"),
    "text": (b"not a certificate\n", "BEGIN CERTIFICATE"),
    "key": (b"-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n", "BEGIN CERTIFICATE"),
    "cut": (b"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n", "incomplete"),
    "cut-inside": (
        b"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n",
        "incomplete",
    ),
    "nonsense": (
        b"-----BEGIN CERTIFICATE-----\nMIGAAAAA" + b"A" * 168 + b"\n-----END CERTIFICATE-----\n", ""
    ),
}


@pytest.mark.parametrize("where, name", [
    *(("certs.d", name) for name in NO_AUTHORITY),
    *(("SSL_CERT_FILE", name) for name in NO_AUTHORITY if name != "empty"),  # As /dev/null is.
])
def test_file_that_is_none_is_named(server, binary, tmp_path, where, name):
    content, word = NO_AUTHORITY[name]
    file = place_for(server, binary, where, tmp_path)
    file.write_bytes(content)
    fails(server, binary, where, file, word)


@pytest.mark.parametrize("where", ["certs.d", "SSL_CERT_FILE"])
def test_der_is_told_how_to_become_pem(server, authority, binary, tmp_path, where):
    """The command that is named is one that helps."""
    file = place_for(server, binary, where, tmp_path)
    file.write_bytes(der(authority))
    result = fails(server, binary, where, file, "DER")
    [command] = [c for c in result.stderr.splitlines()[-1].split(": ") if c.startswith("openssl ")]
    assert binary.spawn(command.split()).returncode == 0
    environment = {where: file} if where == "SSL_CERT_FILE" else {}
    assert server.is_trusted(binary, **environment)


@pytest.mark.parametrize("where", ["certs.d", "SSL_CERT_FILE"])
def test_directory_is_no_file(server, binary, tmp_path, where):
    file = place_for(server, binary, where, tmp_path)
    file.mkdir()
    fails(server, binary, where, file, "is a directory")


def place_for(server, binary, where, tmp_path):
    if where == "SSL_CERT_FILE":
        return tmp_path / "a.crt"
    directory = binary.docker_dir / "certs.d" / server.name
    directory.mkdir(parents=True)
    return directory / "a.crt"


def fails(server, binary, where, file, word):
    environment = {where: file} if where == "SSL_CERT_FILE" else {}
    result = server.inspect(binary, **environment)
    assert result.returncode == 1, result.output
    [error] = [line for line in result.stderr.splitlines() if line.startswith("ERROR: ")]
    assert where in error and word in error
    assert str(file) in error or word == ""
    assert server.requests == []
    return result


@pytest.mark.parametrize("label", ["X509 CERTIFICATE", "TRUSTED CERTIFICATE"])
def test_other_names_of_certificates(server, authority, binary, tmp_path, label):
    file = place_for(server, binary, "certs.d", tmp_path)
    file.write_text(authority.ca_file.read_text().replace("CERTIFICATE-", f"{label}-"))
    assert server.is_trusted(binary)
