"""TLS as in docker: certs.d with authorities and client certificates, and clear errors."""

import shutil
import ssl

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption, Encoding, PrivateFormat, load_pem_private_key,
)

from support import images
from support.certs import DAY, Authority
from support.nginx import Nginx
from support.stub_registry import Answer, StubRegistry

NAME = "hostile.example.com"
IMAGE = images.build("linux/arm64")


class Server(StubRegistry):
    """A registry with one image, not on loopback."""

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
        assert server.requests == [], "no request may be sent to an untrusted server"
    return result


def certs_d(plugin, server, base=None):
    directory = (base or plugin.docker_dir) / "certs.d" / server.name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@pytest.fixture
def other_ca(tmp_path):
    """Another authority, which signed none of the trusted servers."""
    return Authority(tmp_path / "other_ca", "manifestx other test CA")


def test_authority_in_certs_d_is_trusted(authority, binary):
    with Server(authority.server(names=(NAME,))) as server:
        binary.trust(server.name, authority.ca_file)
        inspect(binary, server)


@pytest.mark.parametrize("makes", ["expired", "other-name", "unknown"])
def test_problem_with_the_certificate_is_named(authority, other_ca, binary, makes):
    certificate, words = {
        "expired": (lambda: authority.server(names=(NAME,), ends_in=-1 * DAY), ["has expired"]),
        "other-name": (lambda: authority.server(names=("else.example.com",)), ["another host"]),
        "unknown": (lambda: other_ca.server(names=(NAME,)), ["certs.d", "ca.crt"]),
    }[makes]
    with Server(certificate()) as server:
        binary.trust(server.name, authority.ca_file)
        result = inspect(binary, server, works=False)
    for word in words:
        assert word in result.stderr
    if makes == "unknown":
        file = binary.docker_dir / "certs.d" / server.name / "ca.crt"
        assert f"{file} was read, but no authority in it has signed the certificate" in result.stderr
        assert f"put its certificate at /etc/docker/certs.d/{server.name}/ca.crt" in result.stderr
    else:
        assert "ca.crt" not in result.stderr, "another authority cannot solve this problem"


def test_unknown_authority_without_certs_d(other_ca, binary):
    with Server(other_ca.server(names=(NAME,))) as server:
        result = inspect(binary, server, works=False)
        assert f"/etc/docker/certs.d/{server.name}/ca.crt" in result.stderr


def only_tls_1_1(context):
    """At most TLS 1.1, which OpenSSL allows only at security level 0."""
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_1_1_is_refused(authority, binary):
    with Server(authority.server(names=(NAME,)), only_tls_1_1) as server:
        binary.trust(server.name, authority.ca_file)
        result = inspect(binary, server, works=False)
        assert "TLS" in result.stderr and "1.2" in result.stderr


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_accepted(authority, binary, version):
    def only(context):
        context.minimum_version = context.maximum_version = version
    with Server(authority.server(names=(NAME,)), only) as server:
        binary.trust(server.name, authority.ca_file)
        result = inspect(binary, server)
        assert result.stderr == ""


def test_debug_shows_the_tls_version(authority, binary):
    with Server(authority.server(names=(NAME,))) as server:
        binary.trust(server.name, authority.ca_file)
        result = binary.run("inspect", "--debug", f"{server.name}/test/app:v1")
        assert "TLSv1.3" in result.stderr or "TLS 1.3" in result.stderr


def test_several_authority_files(authority, other_ca, binary):
    with Server(authority.server(names=(NAME,))) as server:
        directory = certs_d(binary, server)
        shutil.copy(other_ca.ca_file, directory / "a.crt")
        shutil.copy(authority.ca_file, directory / "b.crt")
        inspect(binary, server)


def test_several_authorities_in_one_file(authority, other_ca, binary):
    with Server(authority.server(names=(NAME,))) as server:
        both = other_ca.ca_file.read_bytes() + authority.ca_file.read_bytes()
        (certs_d(binary, server) / "company.crt").write_bytes(both)
        inspect(binary, server)


def test_only_crt_files_are_authorities(authority, binary):
    with Server(authority.server(names=(NAME,))) as server:
        directory = certs_d(binary, server)
        shutil.copy(authority.ca_file, directory / "ca.pem")
        (directory / "broken.crt").write_text("no certificate")
        error = inspect(binary, server, works=False).stderr
    [_, error] = error.split("ERROR: ")
    assert f"{directory}/ca.pem is ignored: only *.crt (authorities) and *.cert with *.key" in error
    assert f"cannot use the certificates in {directory}/broken.crt" in error and "was read" not in error


def test_settings_that_might_help_with_a_token_server_are_named(authority, other_ca, binary):
    """The token server's certificate is verified with the registry's certs.d."""
    with Server(authority.server(names=(NAME,))) as server, StubRegistry({}, other_ca.server(names=(NAME,))) as tokens:
        challenge = {"WWW-Authenticate": f'Bearer realm="https://{NAME}:{tokens.port}/token"'}
        server.answers["GET", "/v2/test/app/manifests/v1"] = Answer(401, b"{}", challenge)
        binary.trust(server.name, authority.ca_file)
        daemon = binary.configure_daemon({"insecure-registries": [f"{server.name}/"]})
        error = binary.fail("inspect", f"{server.name}/test/app:v1").stderr
    assert "cannot get a token" in error and tokens.requests == []
    assert f"certs.d/{server.name}/ca.crt was read, but no authority in it has signed" in error
    assert f"These settings or credentials could not be used: {daemon}: insecure-registries[0]" in error


@pytest.mark.parametrize("environment", [{}, {"XDG_CONFIG_HOME": "{home}/xdg"}])
def test_certs_d_of_a_rootless_engine(authority, binary, environment):
    environment = {name: value.format(home=binary.home) for name, value in environment.items()}
    base = binary.home / ("xdg" if environment else ".config") / "docker"
    with Server(authority.server(names=(NAME,))) as server:
        shutil.copy(authority.ca_file, certs_d(binary, server, base) / "ca.crt")
        inspect(binary, server, environment=environment)


def requires_a_client_certificate(authority):
    def adjust(context):
        context.load_verify_locations(authority.ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
    return adjust


@pytest.fixture
def mtls_server(authority):
    """A registry that requires a client certificate of the authority."""
    certificate = authority.server(names=(NAME,))
    with Server(certificate, requires_a_client_certificate(authority)) as server:
        yield server


def install_client_certificate(certificate, directory, stem="client", suffixes=("cert", "key")):
    files = {"cert": certificate.cert_file, "key": certificate.key_file}
    for suffix in suffixes:
        shutil.copy(files[suffix], directory / f"{stem}.{suffix}")


def test_client_certificate(authority, mtls_server, binary):
    binary.trust(mtls_server.name, authority.ca_file)
    install_client_certificate(authority.client(), certs_d(binary, mtls_server))
    inspect(binary, mtls_server)


def test_client_certificate_on_loopback(authority, mtls_server, binary):
    """The client certificate is used even where the server is not verified."""
    host = f"127.0.0.1:{mtls_server.port}"
    directory = binary.docker_dir / "certs.d" / host
    directory.mkdir(parents=True)
    install_client_certificate(authority.client(), directory)
    assert IMAGE.digest in binary.run("inspect", f"{host}/test/app:v1").stdout


def test_missing_client_certificate(authority, mtls_server, binary):
    binary.trust(mtls_server.name, authority.ca_file)
    assert "certificate" in inspect(binary, mtls_server, works=False).stderr


def test_a_client_certificate_that_nginx_wants(app, authority, binary, tmp_path):
    app.push("v1-amd64", "linux/amd64")
    certificate, settings = authority.server("registry.example.com"), f"ssl_client_certificate {authority.ca_file}; ssl_verify_client on;"
    with Nginx(tmp_path, "registry.example.com", app.host, certificate, settings) as nginx:
        binary.trust(nginx.host, authority.ca_file)
        error = binary.fail("inspect", name := f"{nginx.host}/{app.path}:v1-amd64").stderr
        assert "returned 400 (registry message: “No required SSL certificate was sent”)\n  The server requires" in error
        install_client_certificate(authority.client(), binary.docker_dir / "certs.d" / nginx.host)
        binary.run("inspect", name)


@pytest.mark.parametrize("there, missing", [("cert", "key"), ("key", "cert")])
def test_missing_half_of_a_client_certificate_is_named(authority, mtls_server, binary, there, missing):
    binary.trust(mtls_server.name, authority.ca_file)
    directory = certs_d(binary, mtls_server)
    install_client_certificate(authority.client(), directory, "ours", (there,))
    result = binary.fail("inspect", f"{mtls_server.name}/test/app:v1")
    assert str(directory / f"ours.{there}") in result.stderr
    assert f"ours.{missing}" in result.stderr


@pytest.mark.parametrize("suffix", ["cert", "key"])
def test_half_of_a_client_certificate_is_a_warning_where_none_is_needed(authority, binary, suffix):
    with Server(authority.server(names=(NAME,))) as server:
        binary.trust(server.name, authority.ca_file)
        half = certs_d(binary, server) / f"ours.{suffix}"
        half.touch()
        result = inspect(binary, server)
        assert f"WARNING: {half}: " in result.stderr


def damage(directory, authority, how):
    if how == "other-key":
        return install_client_certificate(authority.client(), directory, suffixes=("key",))
    if how == "encrypted-key":
        key = load_pem_private_key((directory / "client.key").read_bytes(), None)
        secret = BestAvailableEncryption(b"secret")
        content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)
        return (directory / "client.key").write_bytes(content)
    (directory / how).write_text("nothing\n")


@pytest.mark.parametrize("how", ["other-key", "encrypted-key", "client.cert", "client.key"])
def test_unusable_client_certificate_is_left_out(authority, mtls_server, binary, how):
    """That is an error only if the registry requires one."""
    with Server(authority.server(names=(NAME,))) as open_server:
        for server in (open_server, mtls_server):
            binary.trust(server.name, authority.ca_file)
            directory = certs_d(binary, server)
            install_client_certificate(authority.client(), directory)
            damage(directory, authority, how)
            result = inspect(binary, server, works=server is open_server)
            pair = f"{directory}/client.cert with {directory}/client.key"
            problem = f"cannot use the client certificate {pair}: "
            warnings = [line for line in result.stderr.splitlines() if line.startswith(f"WARNING: {problem}")]
            assert len(warnings) == 1, result.stderr
            assert warnings[0].endswith("; continuing without it")
            assert (f"could not be used: {problem}" in result.stderr) == (server is mtls_server)
            assert "PRIVATE KEY" not in result.output


def test_client_certificate_of_another_registry_is_not_used(authority, binary):
    """A client certificate is a credential, like a password."""
    def asks(context):
        context.load_verify_locations(authority.ca_file)
        context.verify_mode = ssl.CERT_OPTIONAL
    with Server(authority.server(names=(NAME,)), asks) as server, Server(authority.server(names=(NAME,))) as other:
        binary.trust(server.name, authority.ca_file)
        install_client_certificate(authority.client(), certs_d(binary, other), suffixes=("cert",))
        inspect(binary, server)


def test_client_certificate_is_not_shown_to_a_redirect_target(authority, mtls_server, binary):
    """The storage of a registry asks for one; the registry's own is not for it."""
    with Server(authority.server(names=(NAME,)), requires_a_client_certificate(authority)) as storage:
        for server in (mtls_server, storage):
            binary.trust(server.name, authority.ca_file)
        install_client_certificate(authority.client(), certs_d(binary, mtls_server))
        path = f"/v2/test/app/blobs/{images.digest_of(IMAGE.blobs[0])}"
        location = {"Location": f"https://{storage.name}{path}"}
        mtls_server.answers["GET", path] = Answer(307, b"", location)
        error = binary.fail("inspect", f"{mtls_server.name}/test/app:v1").stderr
        assert storage.name in error and "certificate" in error
        assert storage.requests == []
        location["Location"] = f"https://{mtls_server.name}/elsewhere"
        mtls_server.answers["GET", "/elsewhere"] = Answer(200, IMAGE.blobs[0])
        inspect(binary, mtls_server)
