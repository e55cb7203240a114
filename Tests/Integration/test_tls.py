"""TLS as docker does it: certs.d with authorities and certificates of ours, and errors in words."""

import shutil
import ssl

import pytest

from support import images
from support.certs import DAY, Authority
from support.stub_registry import Answer, StubRegistry

NAME = "hostile.example.com"
IMAGE = images.build("linux/arm64")


class Server(StubRegistry):
    """A registry with one image, at a name that is not of loopback."""

    def __init__(self, certificate, adjust_tls=None):
        super().__init__({
            ("GET", "/v2/test/app/manifests/v1"): Answer(
                200, IMAGE.manifest, {"Content-Type": IMAGE.media_type}
            ),
            ("GET", f"/v2/test/app/blobs/{images.digest_of(IMAGE.blobs[0])}"): Answer(
                200, IMAGE.blobs[0]
            ),
        }, certificate, adjust_tls=adjust_tls)

    @property
    def name(self):
        return f"{NAME}:{self.port}"


def inspect(plugin, server, works=True, **options):
    run = plugin.run if works else plugin.fail
    result = run("inspect", f"{server.name}/test/app:v1", **options)
    if works:
        assert IMAGE.digest in result.stdout
    else:
        assert server.name in result.stderr
        assert server.requests == [], "nothing is asked of whom we do not know"
    return result


def certs_d(plugin, server, base=None):
    directory = (base or plugin.docker_dir) / "certs.d" / server.name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@pytest.fixture
def stranger(tmp_path):
    """Another authority, which signed nothing that counts."""
    return Authority(tmp_path / "stranger", "manifestx test stranger")


def test_trusted(authority, binary):
    with Server(authority.server(names=(NAME,))) as server:
        binary.trust(server.name, authority.ca_file)
        inspect(binary, server)


@pytest.mark.parametrize("makes", ["expired", "other-name", "unknown"])
def test_what_is_wrong_with_a_certificate_is_said(authority, stranger, binary, makes):
    certificate, words = {
        "expired": (lambda: authority.server(names=(NAME,), ends_in=-1 * DAY), ["has expired"]),
        "other-name": (lambda: authority.server(names=("else.example.com",)), ["another host"]),
        "unknown": (lambda: stranger.server(names=(NAME,)), ["certs.d", "ca.crt"]),
    }[makes]
    with Server(certificate()) as server:
        binary.trust(server.name, authority.ca_file)
        result = inspect(binary, server, works=False)
    for word in words:
        assert word in result.stderr
    if makes == "unknown":
        assert f"/etc/docker/certs.d/{server.name}/ca.crt" in result.stderr
    else:
        assert "ca.crt" not in result.stderr, "another authority is no remedy for this"


def test_certificate_of_nobody_we_know_without_any_settings(stranger, binary):
    with Server(stranger.server(names=(NAME,))) as server:
        result = inspect(binary, server, works=False)
        assert f"/etc/docker/certs.d/{server.name}/ca.crt" in result.stderr


def only_old(context):
    """TLS 1.1 at most, which OpenSSL itself has to be talked into."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_protocol_is_refused_in_words(authority, binary):
    with Server(authority.server(names=(NAME,)), only_old) as server:
        binary.trust(server.name, authority.ca_file)
        result = inspect(binary, server, works=False)
        assert "TLS" in result.stderr and "1.2" in result.stderr


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_protocols_of_today(authority, binary, version):
    def only(context):
        context.minimum_version = context.maximum_version = version
    with Server(authority.server(names=(NAME,)), only) as server:
        binary.trust(server.name, authority.ca_file)
        result = inspect(binary, server)
        assert result.stderr == ""


def test_debug_says_which_protocol(authority, binary):
    with Server(authority.server(names=(NAME,))) as server:
        binary.trust(server.name, authority.ca_file)
        result = binary.run("inspect", "--debug", f"{server.name}/test/app:v1")
        assert "TLSv1.3" in result.stderr or "TLS 1.3" in result.stderr


def test_several_authorities(authority, stranger, binary):
    with Server(authority.server(names=(NAME,))) as server:
        directory = certs_d(binary, server)
        shutil.copy(stranger.ca_file, directory / "a.crt")
        shutil.copy(authority.ca_file, directory / "b.crt")
        inspect(binary, server)


def test_several_authorities_in_one_file(authority, stranger, binary):
    with Server(authority.server(names=(NAME,))) as server:
        both = stranger.ca_file.read_bytes() + authority.ca_file.read_bytes()
        (certs_d(binary, server) / "company.crt").write_bytes(both)
        inspect(binary, server)


def test_other_files_are_no_authorities(authority, binary):
    with Server(authority.server(names=(NAME,))) as server:
        shutil.copy(authority.ca_file, certs_d(binary, server) / "ca.pem")
        inspect(binary, server, works=False)


@pytest.mark.parametrize("content", [b"", b"not a certificate\n"])
def test_broken_authority_is_named(authority, binary, content):
    with Server(authority.server(names=(NAME,))) as server:
        broken = certs_d(binary, server) / "broken.crt"
        broken.write_bytes(content)
        result = inspect(binary, server, works=False)
        assert str(broken) in result.stderr


@pytest.mark.parametrize("environment", [{}, {"XDG_CONFIG_HOME": "{home}/xdg"}])
def test_certs_d_of_a_rootless_engine(authority, binary, environment):
    environment = {name: value.format(home=binary.home) for name, value in environment.items()}
    base = binary.home / ("xdg" if environment else ".config") / "docker"
    with Server(authority.server(names=(NAME,))) as server:
        shutil.copy(authority.ca_file, certs_d(binary, server, base) / "ca.crt")
        inspect(binary, server, environment=environment)


def asks_for_a_certificate(authority):
    def adjust(context):
        context.load_verify_locations(authority.ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
    return adjust


@pytest.fixture
def guarded(authority):
    """A registry that lets nobody in without a certificate of the authority."""
    certificate = authority.server(names=(NAME,))
    with Server(certificate, asks_for_a_certificate(authority)) as server:
        yield server


def give(certificate, directory, stem="client", suffixes=("cert", "key")):
    files = {"cert": certificate.cert_file, "key": certificate.key_file}
    for suffix in suffixes:
        shutil.copy(files[suffix], directory / f"{stem}.{suffix}")


def test_certificate_of_ours(authority, guarded, binary):
    binary.trust(guarded.name, authority.ca_file)
    give(authority.client(), certs_d(binary, guarded))
    inspect(binary, guarded)


def test_certificate_of_ours_on_loopback(authority, guarded, binary):
    """Where the server is not verified, it may want to verify us all the same."""
    host = f"127.0.0.1:{guarded.port}"
    directory = binary.docker_dir / "certs.d" / host
    directory.mkdir(parents=True)
    give(authority.client(), directory)
    assert IMAGE.digest in binary.run("inspect", f"{host}/test/app:v1").stdout


def test_without_a_certificate_of_ours(authority, guarded, binary):
    binary.trust(guarded.name, authority.ca_file)
    result = inspect(binary, guarded, works=False)
    assert "certificate" in result.stderr


@pytest.mark.parametrize("there, missing", [("cert", "key"), ("key", "cert")])
def test_half_a_pair_is_named(authority, guarded, binary, there, missing):
    binary.trust(guarded.name, authority.ca_file)
    directory = certs_d(binary, guarded)
    give(authority.client(), directory, "ours", (there,))
    result = binary.fail("inspect", f"{guarded.name}/test/app:v1")
    assert str(directory / f"ours.{there}") in result.stderr
    assert f"ours.{missing}" in result.stderr


def test_key_of_another_certificate(authority, guarded, binary):
    binary.trust(guarded.name, authority.ca_file)
    directory = certs_d(binary, guarded)
    give(authority.client(), directory, suffixes=("cert",))
    give(authority.client(), directory, suffixes=("key",))
    result = binary.fail("inspect", f"{guarded.name}/test/app:v1")
    assert guarded.name in result.stderr
    assert "PRIVATE KEY" not in result.output


def test_pairs_of_another_registry_are_not_shown(authority, binary):
    """A certificate says who we are, as a password does."""
    def asks(context):
        context.load_verify_locations(authority.ca_file)
        context.verify_mode = ssl.CERT_OPTIONAL
    with Server(authority.server(names=(NAME,)), asks) as server, \
            Server(authority.server(names=(NAME,))) as other:
        binary.trust(server.name, authority.ca_file)
        give(authority.client(), certs_d(binary, other), suffixes=("cert",))
        inspect(binary, server)
