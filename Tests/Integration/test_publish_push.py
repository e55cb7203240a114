"""`docker manifestx publish --push`, with real engines (podman, and docker with podman's service) and a real registry."""

import json
import subprocess

import pytest

from support.credentials import auth
from support.engine import Engine
from support.podman import Podman
from support.repository import LOOPBACK, NON_LOOPBACK, Repository, platforms
from support.shells import path_with_only, program
from support.stand_in import stand_in
from support.users import PUBLISHER, User

PAIR = ["linux/arm64", "linux/amd64"]


@pytest.fixture
def ready(plugin):
    """podman requires the file if DOCKER_CONFIG is set."""
    plugin.configure({})
    return plugin


def check_published(app, result):
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert platforms(app.manifest("v1").content) == PAIR


def at(app, address):
    return Repository(app.registry, app.path, address)


def test_images_are_pushed_and_published(app, ready, podman, built, tmp_path):
    """Loopback needs no option, as with docker: podman itself would require TLS."""
    result = ready.publish("--push", app.at("v1"), *built, environment=podman.environment)
    check_published(app, result)
    assert app.tags() == sorted(["v1", *built])
    for tag in built:
        assert f"Pushing {app.at(tag)} with podman\n" in result.stderr
        assert f"Pushed {app.at(tag)} in " in result.stderr
    for arch in ("arm64", "amd64"):
        other = Podman(tmp_path / arch)
        pull = [program("podman"), "pull", "--quiet", "--tls-verify=false", "--arch", arch, app.at("v1")]
        subprocess.run(pull, env={**ready.environment, **other.environment}, check=True, capture_output=True)
        names = subprocess.run(
            [program("podman"), "image", "inspect", "--format", "{{.Architecture}}", app.at("v1")],
            env={**ready.environment, **other.environment}, check=True, capture_output=True, text=True,
        )
        assert names.stdout == f"{arch}\n"


@pytest.mark.parametrize("architectures", [["arm64", "amd64"], ["s390x"]])
def test_a_list_of_podman_is_pushed_with_all_its_images(app, ready, podman, architectures):
    """podman push would send the image for this machine alone, and does not know a list without one."""
    for arch in architectures:
        podman.make(f"localhost/{arch}", arch)
    podman.make_list(app.at("built"), [f"localhost/{arch}" for arch in architectures])
    podman.make(app.at("ppc64le"), "ppc64le")
    ready.publish("--push", app.at("v1"), "built", "ppc64le", environment=podman.environment)
    wanted = [f"linux/{arch}" for arch in [*architectures, "ppc64le"]]
    assert platforms(app.manifest("v1").content) == wanted
    assert sorted(app.tags()) == ["built", "ppc64le", "v1"]


@pytest.mark.parametrize("words", [[], ["--config", "empty"]])
def test_podman_pushes_without_config_json(app, binary, podman, built, words):
    """For docker, a missing file is an empty one. podman requires the file if DOCKER_CONFIG is set."""
    (binary.home / "empty").mkdir()
    check_published(app, binary.run(*words, "publish", "--push", app.at("v1"), *built, environment=podman.environment))


def test_the_engine_logs_in_over_tls_as_docker_did(protected_app, plugin, podman, authority):
    """With the password of config.json, and with the certificate of a private authority."""
    plugin.configure({"auths": {protected_app.host: auth(PUBLISHER)}})
    built = podman.make_pair(protected_app)
    environment = {**podman.environment, "SSL_CERT_FILE": str(authority.ca_file)}
    result = plugin.publish("--push", protected_app.at("v1"), *built, environment=environment, watch=True)
    check_published(protected_app, result)


@pytest.mark.parametrize("user, words", [(User("publisher", "wrong-password-0815"), "unauthorized"), (None, "auth")])
def test_a_refused_push_publishes_nothing(basic_registry, path, binary, podman, authority, user, words):
    app = Repository(basic_registry, path, NON_LOOPBACK)
    old = app.push("v1", "linux/s390x")
    binary.secrets += [user.pair] if user else []
    binary.configure({"auths": {app.host: auth(user)} if user else {}})
    built = podman.make_pair(app)
    environment = {**podman.environment, "SSL_CERT_FILE": str(authority.ca_file)}
    result = binary.fail("publish", "--push", app.at("v1"), *built, environment=environment)
    errors = [line for line in result.stderr.splitlines() if line.startswith("ERROR: ")]
    assert sorted(errors) == sorted(f"ERROR: {app.at(tag)} was not pushed: podman push: exit status 125" for tag in built)
    assert words in result.stderr and f"  To log in: docker login {app.host}\n" in result.stderr
    assert result.stderr.endswith("\nNothing was published.\n")
    assert app.tags() == ["v1"] and app.manifest("v1").digest == old.digest


def test_one_failed_push_publishes_nothing(app, binary, podman, built):
    """The other images are pushed to the end."""
    binary.configure({})
    podman.make("127.0.0.1:1/test/app:v1-s390x", "s390x")
    words = [built[0], "127.0.0.1:1/test/app:v1-s390x", built[1]]
    result = binary.fail("publish", "--push", app.at("v1"), *words, environment=podman.environment)
    [error] = [line for line in result.stderr.splitlines() if line.startswith("ERROR: ")]
    assert error == "ERROR: 127.0.0.1:1/test/app:v1-s390x was not pushed: podman push: exit status 125"
    assert "connection refused" in result.stderr
    assert "  To try it alone: podman push --tls-verify=false 127.0.0.1:1/test/app:v1-s390x\n" in result.stderr
    assert app.tags() == sorted(built)


@pytest.mark.parametrize("settings, options", [
    ({}, ["--insecure"]), ({"insecure-registries": ["{host}"]}, []), ({"insecure-registries": ["198.51.100.0/30"]}, []),
])
def test_insecure_registries_are_those_of_docker(non_loopback_app, binary, podman, settings, options):
    app = non_loopback_app
    binary.configure({})
    binary.configure_daemon(json.dumps(settings).replace("{host}", app.host))
    built = podman.make_pair(app)
    result = binary.publish("--push", *options, app.at("v1"), *built, environment=podman.environment)
    check_published(app, result)


@pytest.mark.parametrize("name", [NON_LOOPBACK, "split.example.com"])
def test_other_registries_require_tls(app, binary, podman, name):
    """Also if one address of a name is in loopback: podman could connect to the other one."""
    other = at(app, name)
    binary.configure({})
    built = podman.make_pair(other)
    result = binary.fail("publish", "--push", other.at("v1"), *built, environment=podman.environment)
    assert "HTTP response to HTTPS client" in result.stderr
    advice = f"add “{other.host}” to insecure-registries in /etc/docker/daemon.json, or pass --insecure"
    assert f"  To allow plain HTTP and any certificate: {advice}\n" in result.stderr
    assert app.tags() == []


@pytest.fixture(scope="module")
def service(tmp_path_factory, plain_registry):
    with Engine(tmp_path_factory.mktemp("engine"), [plain_registry.host]) as engine:
        yield engine


@pytest.mark.parametrize("form", ["-H", "--host=", "environment", "context"])
def test_docker_pushes_from_the_engine_that_is_set(app, by_docker, service, form):
    """By docker's global options, or as docker itself finds it."""
    by_docker.configure({})
    service.add_image(app.at("v1-amd64"))
    host = service.environment["DOCKER_HOST"]
    flags, environment = {
        "-H": (["-H", host], {}), "--host=": ([f"--host={host}"], {}), "environment": ([], service.environment),
        "context": (["--config", "other", "-c", "own"], {}),
    }[form]
    if form == "context":
        create = ["docker", "--config", "other", "context", "create", "own", "--docker", f"host={host}"]
        assert by_docker.spawn(create).returncode == 0
        (by_docker.home / "other/cli-plugins").symlink_to(by_docker.config_dir / "cli-plugins")
    result = by_docker.publish("--push", app.at("v1"), "v1-amd64", docker_flags=flags, environment=environment)
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert f"Pushing {app.at('v1-amd64')} with docker\n" in result.stderr
    assert "What's next" not in result.stderr


def test_options_for_dockers_engine_leave_no_choice(app, by_docker, podman, built):
    by_docker.configure({})
    calls = stand_in(by_docker, "podman", "exit 9")
    words = ["publish", "--push", app.at("v1"), *built]
    error = by_docker.fail(*words, docker_flags=["-H", "unix:///nowhere"], environment=podman.environment).stderr
    assert error.startswith("ERROR: no engine has all images, so nothing was pushed\n  docker image inspect ")
    assert "unix:///nowhere" in error and calls() == []


def test_missing_images_are_named_with_similar_ones(app, ready, podman, built):
    """docker has no engine here. The image that was not given its repository's name is found by its tag."""
    podman.make("localhost/app:v1-s390x", "s390x")
    result = ready.fail("publish", "--push", app.at("v1"), built[0], "v1-amd64-2021062", "v1-s390x",
                        environment=podman.environment)
    lines = result.stderr.splitlines()
    assert lines[0] == "ERROR: no engine has all images, so nothing was pushed"
    assert lines[1].startswith(f"  docker image inspect {app.at(built[0])}: Cannot connect to the Docker daemon")
    assert lines[2].startswith(f"  podman image inspect {app.at('v1-amd64-2021062')}: ")
    assert lines[3].startswith(f"  podman has {app.at(built[1])}, ")
    assert lines[4].startswith(f"  podman image inspect {app.at('v1-s390x')}: ")
    assert lines[5].startswith("  podman has ") and "localhost/app:v1-s390x" in lines[5]
    assert lines[6:] == [
        "  Build or load the missing images in one engine",
        "  If all images are already in the registry, leave out --push (with image_push.sh: use --no-push)",
    ]
    assert app.tags() == []


def test_images_that_are_not_tags_are_not_pushed(app, binary, podman, built, tmp_path):
    """They join the list as without --push."""
    binary.configure({})
    digest = app.push("other", "linux/s390x").digest
    app.push("layout", "linux/riscv64", kind="oci")
    copy = ["skopeo", "copy", "-q", "--src-tls-verify=false", f"docker://{app.at('layout')}", f"oci:{tmp_path}/layout:v1"]
    subprocess.run(copy, check=True)
    words = [built[0], f"@{digest}", f"oci:{tmp_path}/layout:v1"]
    result = binary.publish("--push", app.at("v1"), *words, environment=podman.environment)
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/s390x", "linux/riscv64"]
    assert f"@{digest} is not pushed, because it has a digest\n" in result.stderr
    assert f"oci:{tmp_path}/layout:v1 is not pushed, because it is in an image layout\n" in result.stderr


def test_without_anything_to_push_no_engine_is_needed(app, binary, tmp_path):
    digest = app.push("other", "linux/s390x").digest
    tools = path_with_only(tmp_path / "only")
    binary.publish("--push", app.at("v1"), f"@{digest}", environment=tools)
    assert "v1" in app.tags()


@pytest.mark.parametrize("words, code, error", [
    (["--push", "{app}:v1", "v1-*"], 125, "ERROR: v1-* stands for tags in the registry, and cannot be pushed"),
    (["--push", "--dry-run", "{app}:v1", "v1-amd64"], 125, "--dry-run and --push cannot be used together: a dry run sends nothing"),
    (["--push", "{app}:v1", "v1"], 125, "ERROR: "),
    (["--push", "{app}:v1", "v1-amd64", "--metadata-file", "/nowhere/file"], 1, "ERROR: cannot write /nowhere/file: "),
])
def test_mistakes_are_found_before_anything_is_pushed(app, binary, words, code, error):
    app.push("v1-amd64")
    calls = stand_in(binary, "podman", "")
    result = binary.fail("publish", *(word.format(app=app.name) for word in words), code=code,
                         environment={"MANIFESTX_ENGINE": "podman"})
    assert result.stderr.startswith(error)
    assert calls() == [] and app.tags() == ["v1-amd64"]


WITH_TAG = ["--platform-from", "tag"]
KNOWN_MISTAKES = [
    (["{app}:v1", "x", "oci:layout:nope"], "layout has no image nope. It has: v1-arm64"),
    (["{app}:v1", "x", "oci:layout:v1-arm64", "--platform", "x=linux/arm64"], "{app}:x are both for linux/arm64"),
    (["{app}:v1", "x", "y", "--platform", "x=linux/amd64", "--platform", "y=linux/amd64"],
     "{app}:x and {app}:y are both for linux/amd64"),
    (["{app}:v1", "v1-amd64", "v2-amd64", *WITH_TAG], "{app}:v1-amd64 and {app}:v2-amd64 are both for linux/amd64"),
    (["{app}:v1", "v1-amd64", "--expect", "linux/s390x", *WITH_TAG], "missing: linux/s390x; not expected: linux/amd64"),
    (["{app}:v1", "v1-amd64", "--expect", "linux/amd64,linux/s390x", *WITH_TAG], "platforms; missing: linux/s390x"),
    (["{app}:v1", "x", "oci:layout:v1-arm64", "--expect", "linux/s390x"], "platforms; not expected: linux/arm64"),
    (["{app}:v1", "v1-amd64", "--annotation", "manifest[linux/s390x]:a=b", *WITH_TAG], "linux/s390x"),
    (["{app}:v1-s390x", "v1-amd64", *WITH_TAG], "the tag of {app}:v1-s390x names linux/s390x, but none of the images"),
    (["{app}:v1", "v1-amd64", "--keep-tags", "{{tag}}"], "{app}:v1-amd64 would be tagged {app}:v1, which is a name"),
    (["{app}:v1", "v1-amd64", "v1-arm64", "--keep-tags", "{{tag}}-x"], " would both be tagged v1-x"),
    (["{app}:v1", "v1-amd64", "-t", "oci:other:v1"], "other is not an OCI image layout"),
    (["oci-archive:other/file:v1", "{app}:v1-amd64"], "file is not an OCI image layout"),
    (["oci:layout:v1", "{app}:v1-amd64", "--media-type", "docker"], "oci:layout:v1 is in an image layout"),
]


def test_mistakes_that_need_no_registry_are_found_before_a_push(app, binary):
    app.push("one", "linux/arm64")
    binary.publish("oci:layout:v1-arm64", app.at("one"))
    (binary.home / "other").mkdir()
    (binary.home / "other/file").write_text("no archive")
    calls = stand_in(binary, "podman", "")
    mark = app.registry.log.mark()
    for words, error in KNOWN_MISTAKES:
        words = [word.format(app=app.name) for word in words]
        result = binary.fail("publish", "--push", *words, environment={"MANIFESTX_ENGINE": "podman"})
        assert result.stderr.startswith("ERROR: ") and error.format(app=app.name) in result.stderr
        assert calls() == [], words
    assert app.requests_since(mark) == []


def test_an_image_that_is_not_there_after_its_push(app, binary):
    """As with an engine that sends the pushes for this registry to another one."""
    stand_in(binary, "podman", "")
    result = binary.fail("publish", "--push", app.at("v1"), "v1-amd64", code=3, environment={"MANIFESTX_ENGINE": "podman"})
    assert f"ERROR: {app.at('v1-amd64')} is not in the registry\n" in result.stderr
    assert result.stderr.endswith("  The engine has pushed it, so its settings may send pushes for this registry to another one\n")


@pytest.mark.parametrize("engine, code, error", [
    ("x y", 127, "ERROR: the program of MANIFESTX_ENGINE is missing: x y\n"),
    ("/no/such/podman", 127, "ERROR: the program of MANIFESTX_ENGINE is missing: /no/such/podman\n"),
    ("./text", 1, "ERROR: ./text cannot be run: "),
    (None, 127, "ERROR: images cannot be pushed without docker, podman or nerdctl, and none of them is installed\n"),
])
def test_the_engine_must_be_installed(app, binary, tmp_path, engine, code, error):
    app.push_pair()
    (binary.home / "text").write_bytes(b"\x7fno program")
    (binary.home / "text").chmod(0o755)
    settings = {"MANIFESTX_ENGINE": engine} if engine else path_with_only(tmp_path / "only")
    result = binary.fail("publish", "--push", app.at("v1"), "v1-amd64-20210624", code=code, environment=settings)
    assert result.stderr.startswith(error)
    assert "  To use another engine, set MANIFESTX_ENGINE to its program\n" in result.stderr
    assert "v1" not in app.tags()
