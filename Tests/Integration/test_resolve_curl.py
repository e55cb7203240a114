"""`docker manifestx resolve --curl`: a script that sends the same requests as `resolve`."""

import json
import shutil
import ssl
from urllib.parse import parse_qs

import pytest

from support import images
from support.certs import Authority
from support.credentials import auth, identity_token
from support.repository import push_list
from support.secret_leaks import leaks
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER


def answers_for(image):
    """The answers of a registry that has this image as `a:v1`."""
    manifest = Answer(200, image.manifest, {"Content-Type": image.media_type, "Docker-Content-Digest": image.digest})
    names = [(method, f"/v2/a/manifests/{name}") for method in ("HEAD", "GET") for name in ("v1", image.digest)]
    return dict.fromkeys(names, manifest)


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
    done = run_script(binary, script, REGISTRY_USER=PUBLISHER.name, REGISTRY_PASSWORD=PUBLISHER.password)
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
