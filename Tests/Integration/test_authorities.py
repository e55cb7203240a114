"""Certificate authorities: SSL_CERT_FILE and SSL_CERT_DIR as in Go, and invalid files."""

import os
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
    """A registry with one image."""

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
        assert result.returncode in (0, 5), result.output
        if result.returncode:
            assert "signed by an unknown authority" in result.stderr
            assert self.requests == []
        return result.returncode == 0


@pytest.fixture
def server(authority):
    with Server(authority.server(names=(HOST,))) as server:
        yield server


@pytest.fixture
def other_ca(tmp_path):
    """An authority that signed none of the servers."""
    return Authority(tmp_path / "other_ca", "manifestx other test CA")


@pytest.fixture
def directory(tmp_path, other_ca):
    """A directory of authorities as users fill it: files of any name and of any kind."""
    directory = tmp_path / "certs"
    (directory / "subdirectory").mkdir(parents=True)
    (directory / "README").write_text("put the certificates here\n")
    (directory / "empty").touch()
    (directory / "binary.der").write_bytes(der(other_ca))
    (directory / "cut.pem").write_bytes(other_ca.ca_file.read_bytes()[:300])
    (directory / "nowhere").symlink_to(directory / "missing")
    shutil.copy(other_ca.ca_file, directory / "other_ca")
    (directory / "0a1b2c3d.0").symlink_to("other_ca")
    return directory


def der(authority):
    certificate = x509.load_pem_x509_certificate(authority.ca_file.read_bytes())
    return certificate.public_bytes(Encoding.DER)


def test_ssl_cert_file_is_trusted(server, authority, binary):
    assert server.is_trusted(binary, SSL_CERT_FILE=authority.ca_file)


def test_ssl_cert_file_with_another_ca_does_not_help(server, other_ca, binary):
    assert not server.is_trusted(binary, SSL_CERT_FILE=other_ca.ca_file)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_empty_variable_is_not_set(server, authority, binary, variable):
    assert not server.is_trusted(binary, **{variable: ""})
    binary.trust(server.name, authority.ca_file)
    assert server.is_trusted(binary, **{variable: ""})


def test_bundle_with_comments_crlf_and_a_broken_certificate(
    server, authority, other_ca, binary, tmp_path
):
    """Text around, CRLF line ends, and an invalid certificate before a valid one."""
    text = authority.ca_file.read_text()
    broken = other_ca.ca_file.read_text().replace("MI", "*!", 1)
    file = tmp_path / "bundle.pem"
    content = f"# our own\n{broken}\n\nBag Attributes\n    name: x\n{text}".replace("\n", "\r\n")
    file.write_bytes(content.encode())
    assert server.is_trusted(binary, SSL_CERT_FILE=file)


@pytest.mark.parametrize("place", ["{}", "{}:/nowhere", "/nowhere:{}", "{other_ca}:{}", ":{}:"])
def test_ssl_cert_dir_is_trusted(server, authority, other_ca, binary, directory, place):
    """All files are read, whatever their names; files without certificates are skipped."""
    shutil.copy(authority.ca_file, directory / "company-ca")
    place = place.format(directory, other_ca=other_ca.directory)
    assert server.is_trusted(binary, SSL_CERT_DIR=place)


@pytest.mark.parametrize("place", ["{}", "/nowhere", ":"])
def test_ssl_cert_dir_without_the_ca_does_not_help(server, binary, directory, place):
    assert not server.is_trusted(binary, SSL_CERT_DIR=place.format(directory))


def test_symbolic_links_in_ssl_cert_dir_are_followed(server, authority, binary, directory):
    (directory / "link").symlink_to(authority.ca_file)
    assert server.is_trusted(binary, SSL_CERT_DIR=directory)


def test_ssl_cert_file_and_ssl_cert_dir_add_up(server, authority, other_ca, binary, directory):
    assert server.is_trusted(binary, SSL_CERT_FILE=authority.ca_file, SSL_CERT_DIR=directory)
    shutil.copy(authority.ca_file, directory / "company-ca")
    assert server.is_trusted(binary, SSL_CERT_FILE=other_ca.ca_file, SSL_CERT_DIR=directory)
    assert server.is_trusted(binary, SSL_CERT_FILE="/dev/null", SSL_CERT_DIR=directory)


def test_no_authority_at_all_trusts_nothing(server, binary, tmp_path):
    """This is how to ask for it, and no mistake."""
    (tmp_path / "empty").mkdir()
    result = server.inspect(binary, SSL_CERT_FILE="/dev/null", SSL_CERT_DIR=tmp_path / "empty")
    assert result.returncode == 5 and "signed by an unknown authority" in result.stderr
    assert "WARNING" not in result.stderr and server.requests == []


def test_certs_d_adds_to_the_variables(server, authority, other_ca, binary, directory):
    binary.trust(server.name, authority.ca_file)
    assert server.is_trusted(binary, SSL_CERT_FILE=other_ca.ca_file, SSL_CERT_DIR=directory)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_variables_apply_to_the_token_server(token_registry, authority, path, binary, variable):
    app = Repository(token_registry, path, "registry.example.com")
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    words = app.push_pair()
    place = authority.ca_file if variable == "SSL_CERT_FILE" else authority.directory
    binary.publish(app.at("v1"), *words, environment={variable: str(place)})
    assert "v1" in app.tags()


def test_variables_apply_to_redirect_targets(authority, other_ca, binary, directory):
    """The registry and the target have different authorities."""
    shutil.copy(other_ca.ca_file, directory / "company-ca")
    with StubRegistry({}, other_ca.server(names=(OTHER,))) as storage:
        storage.answers["GET", "/there"] = Answer(200, IMAGE.blobs[0])
        there = Answer(307, b"", {"Location": f"https://{OTHER}:{storage.port}/there"})
        with Server(authority.server(names=(HOST,)), there) as server:
            environment = {"SSL_CERT_FILE": str(authority.ca_file), "SSL_CERT_DIR": str(directory)}
            words = ("publish", "--dry-run", f"{server.name}/test/app:list", ":v1")
            binary.run(*words, environment=environment)
        assert storage.requests


# Files that cannot be used are left out, and matter only if the server is then not trusted.

def test_insecure_registry_needs_no_authority(server, binary):
    words = ("inspect", "--insecure", f"{server.name}/test/app:v1")
    result = binary.run(*words, environment={"SSL_CERT_FILE": "/nowhere.pem"})
    assert "WARNING" not in result.stderr


# It has the form of a certificate, and OpenSSL cannot read it.
DAMAGED = b"-----BEGIN CERTIFICATE-----\nMIGAAAAA" + b"A" * 168 + b"\n-----END CERTIFICATE-----\n"

UNUSABLE = {
    "empty": (b"", "it is empty"),
    "text": (b"not a certificate\n", "it contains no -----BEGIN CERTIFICATE----- (PEM)"),
    "key": (
        b"-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n",
        "it contains no -----BEGIN CERTIFICATE----- (PEM)",
    ),
    "cut": (b"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n", "incomplete or damaged"),
    "damaged": (DAMAGED, "incomplete or damaged"),
}


@pytest.mark.parametrize("name", UNUSABLE)
@pytest.mark.parametrize("where", ["certs.d", "SSL_CERT_FILE"])
def test_unusable_file_is_left_out(server, authority, binary, tmp_path, where, name):
    content, reason = UNUSABLE[name]
    file = certificate_file(server, binary, where, tmp_path)
    file.write_bytes(content)
    is_left_out(server, authority, binary, where, file, reason)


def test_directory_is_no_file(server, authority, binary, tmp_path):
    file = certificate_file(server, binary, "SSL_CERT_FILE", tmp_path)
    file.mkdir()
    is_left_out(server, authority, binary, "SSL_CERT_FILE", file, "is a directory")


@pytest.mark.parametrize("where", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_missing_place_of_a_variable_is_left_out(server, authority, binary, tmp_path, where):
    is_left_out(server, authority, binary, where, tmp_path / "missing", "no such file or directory")


def is_left_out(server, authority, binary, where, file, reason):
    environment = {} if where == "certs.d" else {where: file}
    place = str(file) if where == "certs.d" else f"{where}, {file}"
    problem = f"cannot use the certificates in {place}: {reason}"
    result = server.inspect(binary, **environment)
    assert result.returncode == 5 and server.requests == []
    lines = result.stderr.splitlines()
    assert lines.count(f"WARNING: {problem}; continuing without it") == 1
    assert f"ERROR: cannot trust {server.name}: its certificate is signed by an unknown authority" in lines
    assert lines.count(f"  These settings or credentials could not be used: {problem}") == 1
    # Another file has what is needed.
    binary.trust(server.name, authority.ca_file)
    result = server.inspect(binary, **environment)
    assert result.returncode == 0, result.output
    assert result.stderr.count(problem) == 1


@pytest.mark.parametrize("where", ["certs.d", "SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("bad", [DAMAGED, DAMAGED[:80]])
def test_good_certificates_beside_a_damaged_one_are_used(server, authority, binary, tmp_path, where, bad):
    file = certificate_file(server, binary, where, tmp_path)
    file.write_bytes(authority.ca_file.read_bytes() + bad)
    environment = {"certs.d": {}, "SSL_CERT_FILE": {where: file}, "SSL_CERT_DIR": {where: file.parent}}[where]
    place = str(file) if where == "certs.d" else f"{where}, {file}"
    result = server.inspect(binary, **environment)
    assert result.returncode == 0, result.output
    problem = f"cannot use 1 of the certificates in {place}: it is incomplete or damaged"
    assert result.stderr.splitlines().count(f"WARNING: {problem}; continuing without it") == 1


@pytest.mark.parametrize("where", ["certs.d", "SSL_CERT_FILE"])
def test_der_error_shows_the_command_that_converts_it(server, authority, binary, tmp_path, where):
    """The command in the error message works."""
    file = certificate_file(server, binary, where, tmp_path)
    file.write_bytes(der(authority))
    environment = {where: file} if where == "SSL_CERT_FILE" else {}
    result = server.inspect(binary, **environment)
    assert result.returncode == 5 and server.requests == []
    [line] = [line for line in result.stderr.splitlines() if "could not be used" in line]
    command = line.partition("it is in DER, not in PEM (to convert it: ")[2].removesuffix(")")
    assert command.startswith("openssl ")
    assert binary.spawn(command.split()).returncode == 0
    assert server.is_trusted(binary, **environment)


def test_directory_in_certs_d_is_named_where_it_is_needed(server, binary, tmp_path):
    file = certificate_file(server, binary, "certs.d", tmp_path)
    file.mkdir()
    result = server.inspect(binary)
    assert result.returncode == 5 and server.requests == []
    [line] = [line for line in result.stderr.splitlines() if "could not be used" in line]
    assert line == f"  These settings or credentials could not be used: cannot read {file}: it is not a regular file"


def certificate_file(server, binary, where, tmp_path):
    directory = tmp_path / "authorities"
    if where == "certs.d":
        directory = binary.docker_dir / "certs.d" / server.name
    directory.mkdir(parents=True)
    return directory / "a.crt"


@pytest.mark.parametrize("label", ["X509 CERTIFICATE", "TRUSTED CERTIFICATE"])
def test_other_pem_labels_are_accepted(server, authority, binary, tmp_path, label):
    file = certificate_file(server, binary, "certs.d", tmp_path)
    file.write_text(authority.ca_file.read_text().replace("CERTIFICATE-", f"{label}-"))
    assert server.is_trusted(binary)


def test_a_system_file_that_cannot_be_read_is_named(server, binary, tmp_path):
    """With SSL_CERT_DIR, it is read as a whole. It is a pipe here, because root can read all files."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "none").mkdir()
    script = 'mount --bind "$1" "$(realpath /etc/ssl/certs/ca-certificates.crt)" && shift && exec "$@"'
    words = [str(binary.binary), "inspect", f"{server.name}/a:v1"]
    run = ["unshare", "--mount", "sh", "-c", script, "-", str(tmp_path / "pipe"), *words]
    result = binary.spawn(run, {"SSL_CERT_DIR": str(tmp_path / "none")})
    problem = "cannot use the certificates in /etc/ssl/certs/ca-certificates.crt: it is not a regular file"
    assert result.returncode == 5 and f"WARNING: {problem}; continuing without it\n" in result.stderr
    assert f"could not be used: {problem}\n" in result.stderr
