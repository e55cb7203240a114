"""`docker manifestx resolve --curl`: a script that sends the same requests as `resolve`."""

import json
import shutil
import ssl
from urllib.parse import parse_qs, urlsplit

import pytest

from support import images
from support.certs import Authority
from support.credentials import auth, identity_token
from support.repository import push_list
from support.secret_leaks import leaks
from support.stub_registry import Answer, Everywhere, StubRegistry
from support.users import PUBLISHER

NAME = "registry.example.com"
PASSWORD = {"REGISTRY_USER": PUBLISHER.name, "REGISTRY_PASSWORD": PUBLISHER.password}


def answers_for(image):
    """The answers of a registry that has this image as `a:v1`."""
    manifest = Answer(200, image.manifest, {"Content-Type": image.media_type, "Docker-Content-Digest": image.digest})
    names = [(method, f"/v2/a/manifests/{name}") for method in ("HEAD", "GET") for name in ("v1", image.digest)]
    return dict.fromkeys(names, manifest)


def with_tokens(image, realm, scope="repository:a:pull"):
    """A registry and its token server in one. Only a token for the scope is accepted."""
    manifests = answers_for(image)
    challenge = {"WWW-Authenticate": f'Bearer realm="{realm}",service="s",scope="{scope}"'}

    def answer(request):
        if request.path.startswith("/token"):
            scopes = parse_qs(urlsplit(request.path).query)["scope"]
            return Answer(200, b'{"token": "granted"}' if scope in scopes else b'{"token": "no-access"}')
        if request.headers.get("Authorization") == "Bearer granted":
            return manifests[request.method, request.path]
        return Answer(401, b"", challenge)

    return Everywhere(answer)


def run_script(plugin, script, **variables):
    """Like `spawn`. No program that the script starts may have a secret in its arguments."""
    record = plugin.home / "arguments"
    record.touch()
    for name in ("curl", "sed", "head", "base64", "tr", "cat", "mktemp", "rm"):
        program = plugin.bin / name
        program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> {record}\nexec {shutil.which(name)} \"$@\"\n")
        program.chmod(0o755)
    done = plugin.spawn(["sh", "-eu", "-c", script], variables)
    found = leaks(record.read_text(), [PUBLISHER.pair, ("", variables.get("IDENTITY_TOKEN", PUBLISHER.password))])
    assert not found and "eyJ" not in record.read_text(), f"arguments hold {found}"
    return done


def test_curl_commands_work_in_a_shell(protected_app, binary):
    binary.trust(protected_app.host, protected_app.registry.ca_file)
    binary.configure({"auths": {protected_app.host: auth(PUBLISHER)}})
    [image] = push_list(protected_app, "linux/s390x")
    script = binary.run("resolve", "--curl", "--platform", "linux/s390x", protected_app.at("v1")).stdout
    done = run_script(binary, script, **PASSWORD)
    assert done.returncode == 0, done.output
    listed = protected_app.manifest("v1")
    assert f"docker-content-digest: {listed.digest}" in done.stdout.lower()
    # The digests are those of the bytes.
    assert done.stdout.encode().endswith(listed.content + image.manifest)
    without = binary.spawn(["bash", "-c", script])
    assert "REGISTRY_USER" in without.stderr and without.stdout == ""


def test_curl_sends_secrets_to_no_other_host(binary):
    """The registry leads to storage, and the token server to another server."""
    token, image = "identity+token/4711==", images.build("linux/amd64")
    answers = answers_for(image)
    with StubRegistry(answers) as other, StubRegistry({}) as server, StubRegistry({}) as stub:
        asks = Answer(401, b"", {"WWW-Authenticate": f'Bearer realm="{server.url}/token",service="s",scope="unused"'})

        def answer(request):
            elsewhere = f"http://localhost:{other.port}{request.path}"
            return Answer(307, b"", {"Location": elsewhere}) if "Authorization" in request.headers else asks

        stub.answers = dict.fromkeys(answers, answer)
        server.answers = {("POST", "/token"): Answer(200, b'{"access_token": "short-lived-1"}')}
        binary.configure({"auths": {stub.host: identity_token(token)}})
        script = binary.run("resolve", "--curl", "--platform", "linux/amd64", f"{stub.host}/a:v1").stdout
        asked = len(other.requests)
        done = run_script(binary, script, IDENTITY_TOKEN=token)
        assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output
        assert parse_qs(server.requests[-1].body.decode())["refresh_token"] == [token]
        assert stub.requests[-1].headers["Authorization"] == "Bearer short-lived-1"
        assert len(other.requests) > asked
        assert not any("Authorization" in request.headers for request in other.requests)
        seen = len(other.requests)
        server.answers[("POST", "/token")] = Answer(307, b"", {"Location": f"http://localhost:{other.port}/token"})
        assert "TOKEN: is not in the answer" in run_script(binary, script, IDENTITY_TOKEN=token).stderr
        assert len(other.requests) == seen


def test_curl_trusts_the_authorities_that_resolve_trusts(binary, authority, tmp_path):
    """Those of the system, and all of certs.d, also if the last line of a file has no end."""
    image, host = images.build("linux/amd64"), "hostile.example.com"
    answers = answers_for(image)
    own = Authority(tmp_path / "own")
    system, registry = authority.server(names=(host,)), own.server(names=(host,))
    for certificate in (system, registry):
        with StubRegistry({}, certificate) as stub:
            stub.answers = answers
            name = f"{host}:{stub.port}"
            binary.trust(name, own.ca_file)
            (binary.docker_dir / "certs.d" / name / "a.crt").write_bytes(own.ca_file.read_bytes().rstrip())
            environment = {"SSL_CERT_FILE": str(authority.ca_file)}
            script = binary.run("resolve", "--curl", f"{name}/a:v1", environment=environment).stdout
            done = run_script(binary, script)
            assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output
            # As `resolve` does, it goes from https to http nowhere.
            plain = Answer(307, b"", {"Location": f"http://{name}/"})
            stub.answers = dict.fromkeys(answers, plain)
            assert 'Protocol "http"' in run_script(binary, script).stderr


@pytest.mark.parametrize("tag", ["v1", "single"])
def test_curl_commands_without_logging_in(app, binary, tag):
    push_list(app, "linux/s390x")
    image = app.push("single", "linux/s390x")
    script = binary.run("resolve", "--curl", "--platform", "linux/s390x", app.at(tag)).stdout
    assert "TOKEN" not in script and "REGISTRY" not in script
    done = binary.spawn(["sh", "-eu", "-c", script])
    assert done.returncode == 0, done.output
    assert (image.manifest.decode() in done.stdout) == (tag == "single")
    # The commands in comments work as well.
    blob = "\n".join(line[2:] for line in script.splitlines() if line.startswith(("# curl", "#   ")))
    assert json.loads(binary.spawn(["sh", "-eu", "-c", blob]).stdout)["architecture"] == "s390x"


def test_curl_shows_a_client_certificate(binary, authority):
    """Its path contains the port of the registry, after a colon."""
    def adjust(context):
        context.load_verify_locations(authority.ca_file)
        context.verify_mode = ssl.CERT_REQUIRED

    image, client = images.build("linux/amd64"), authority.client()
    with StubRegistry(answers_for(image), authority.server(), adjust_tls=adjust) as stub:
        binary.trust(stub.host, authority.ca_file)
        for source, name in ((client.cert_file, "client.cert"), (client.key_file, "client.key")):
            shutil.copy(source, binary.docker_dir / "certs.d" / stub.host / name)
        done = run_script(binary, binary.run("resolve", "--curl", f"{stub.host}/a:v1").stdout)
        assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output


# What a server without the POST form answers to an identity token, and the answer to the GET form.
TOKENS = [
    (None, r'{"token": "abc+d\/4711==", "expires_in": 300}'),
    (401, r'{"access_token": "abc\u002Bd\u002f4711\u003d\u003D", "token": ""}'),
    (404, '{\n\t"expires_in":\n\t\t300,\r\n\t"token"\n\t:\n\t\t"abc+d/4711=="\n}\n'),
    (405, '{"token":"abc+d/4711=="}'),
]


@pytest.mark.parametrize("post, answer", TOKENS)
def test_curl_gets_tokens_as_resolve_does(binary, post, answer):
    image, identity = images.build("linux/amd64"), "identity+token/4711=="
    realm = "/token?a[]=[1-3]&b={c,d}"
    with StubRegistry({}) as stub:
        asks = Answer(401, b"", {"WWW-Authenticate": f'Bearer realm="{stub.url}{realm}",service="s"'})

        def protect(manifest):
            return lambda request: manifest if request.headers.get("Authorization") == "Bearer abc+d/4711==" else asks

        stub.answers = {name: protect(manifest) for name, manifest in answers_for(image).items()}
        stub.answers["GET", f"{realm}&service=s&scope=repository%3Aa%3Apull"] = Answer(200, answer.encode())
        stub.answers["POST", realm] = Answer(post or 404)
        if post:
            binary.configure({"auths": {stub.host: identity_token(identity)}})
        script = binary.run("resolve", "--curl", f"{stub.host}/a:v1").stdout
        mark = len(stub.requests)
        done = run_script(binary, script, IDENTITY_TOKEN=identity)
        assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output
        # The form that worked for `resolve`.
        assert [request.method for request in stub.requests[mark:]] == ["GET", "HEAD", "GET"]


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_curl_connects_to_the_addresses_of_a_range_only(binary, authority, scheme):
    """The name has another address later. That one is not in the range, and must not get the password."""
    image, certificate = images.build("linux/amd64"), authority.server(NAME) if scheme == "https" else None
    with StubRegistry({}, certificate, address=("198.51.100.1", 0)) as stub:
        with StubRegistry({}, certificate, address=("198.51.100.41", stub.port)) as other:
            host = f"{NAME}:{stub.port}"
            stub.answers = with_tokens(image, f"{scheme}://{host}/token")
            binary.configure({"auths": {host: auth(PUBLISHER)}})
            binary.configure_daemon({"insecure-registries": ["198.51.100.1/32"]})
            script = binary.run("resolve", "--curl", f"{host}/a:v1").stdout
            (binary.home / ".curlrc").write_text(f'resolve = "{host}:198.51.100.41"\n')
            done = run_script(binary, script, CURL_HOME=str(binary.home), **PASSWORD)
    assert other.requests == [], done.output
    assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output


def test_curl_connects_to_the_address_that_answered(binary):
    """Both addresses of the name are insecure, and nothing listens at the first one."""
    image = images.build("linux/amd64")
    with StubRegistry(answers_for(image), address=("198.51.100.43", 0)) as stub:
        binary.configure_daemon({"insecure-registries": ["198.51.100.0/24"]})
        done = run_script(binary, binary.run("resolve", "--curl", f"split.example.com:{stub.port}/a:v1").stdout)
    assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output


@pytest.mark.parametrize("address, name", [
    ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "looped.example.com"), ("198.51.100.41", "198.51.100.41"),
])
def test_curl_sends_no_password_to_a_proxy_that_resolve_does_not_use(binary, address, name):
    """Loopback addresses, also of a name, and HOST:PORT in NO_PROXY, which curl itself does not know."""
    image = images.build("linux/amd64")
    with StubRegistry({}, address=(address, 0)) as stub, StubRegistry({}) as proxy:
        manifests, host = answers_for(image), f"{name}:{stub.port}"
        asks = Answer(401, b"", {"WWW-Authenticate": 'Basic realm="r"'})
        stub.answers = Everywhere(
            lambda request: manifests[request.method, request.path] if "Authorization" in request.headers else asks)
        binary.configure({"auths": {host: auth(PUBLISHER)}})
        binary.configure_daemon({"insecure-registries": [host] if address == name else []})
        environment = {"http_proxy": proxy.url} | ({} if address == "127.0.0.1" else {"NO_PROXY": host})
        script = binary.run("resolve", "--curl", f"{host}/a:v1", environment=environment).stdout
        done = run_script(binary, script, **PASSWORD, **environment)
    assert proxy.requests == [], done.output
    assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output


def test_curl_asks_for_the_scopes_that_resolve_asks_for(binary):
    """Behind a mapping of names, the registry's own name of the repository is another one."""
    image = images.build("linux/amd64")
    with StubRegistry({}) as stub:
        stub.answers = with_tokens(image, f"{stub.url}/token", "repository:docker-remote/a:pull")
        binary.configure({"auths": {stub.host: auth(PUBLISHER)}})
        done = run_script(binary, binary.run("resolve", "--curl", f"{stub.host}/a:v1").stdout, **PASSWORD)
    assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output


def test_curl_verifies_a_token_server_however_its_scheme_is_spelled(binary, authority):
    image = images.build("linux/amd64")
    with StubRegistry({}, authority.server(NAME)) as stub:
        host = f"{NAME}:{stub.port}"
        stub.answers = with_tokens(image, f"HTTPS://{host}/token")
        binary.trust(host, authority.ca_file)
        binary.configure({"auths": {host: auth(PUBLISHER)}})
        script = binary.run("resolve", "--curl", f"{host}/a:v1").stdout
        done = run_script(binary, script, **PASSWORD)
    assert next(line for line in script.splitlines() if "TOKEN=" in line).count("--proto '=https'") == 1
    assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output


def damage_an_authority(directory, _):
    damaged = "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n"
    (directory / "z.crt").write_text(damaged)


def mix_up_a_client_certificate(directory, authority):
    shutil.copy(authority.client().cert_file, directory / "c.cert")
    shutil.copy(authority.client("other").key_file, directory / "c.key")


@pytest.mark.parametrize("spoil", [damage_an_authority, mix_up_a_client_certificate])
def test_curl_uses_no_certificates_that_resolve_leaves_out(binary, authority, spoil):
    image = images.build("linux/amd64")
    with StubRegistry(answers_for(image), authority.server(NAME)) as stub:
        host = f"{NAME}:{stub.port}"
        binary.trust(host, authority.ca_file)
        spoil(binary.docker_dir / "certs.d" / host, authority)
        result = binary.run("resolve", "--curl", f"{host}/a:v1")
        assert "continuing without it" in result.stderr
        done = run_script(binary, result.stdout)
    assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output


def test_curl_trusts_the_directories_that_resolve_trusts(binary, authority, tmp_path):
    """curl itself would find only files that are named by their hashes."""
    image = images.build("linux/amd64")
    shutil.copy(authority.ca_file, tmp_path / "my.pem")
    with StubRegistry(answers_for(image), authority.server(NAME)) as stub:
        environment = {"SSL_CERT_DIR": str(tmp_path)}
        script = binary.run("resolve", "--curl", f"{NAME}:{stub.port}/a:v1", environment=environment).stdout
        done = run_script(binary, script, **environment)
    assert done.returncode == 0 and done.stdout.encode().endswith(image.manifest), done.output
