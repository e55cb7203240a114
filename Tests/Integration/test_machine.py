"""Machines that lack something: /proc, file descriptors, settings that are files."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.completion import values
from support.credentials import install_helper
from support.images import build
from support.plugin import FAILURES
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER

IMAGE = build("linux/arm64")
WITHOUT_PROC = ["unshare", "--mount", "sh", "-c", 'mount --bind "$HOME" /proc && exec "$0" "$@"']


class RegistryWithPassword(StubRegistry):
    """Requires a password, which a helper knows, and has one image under every tag."""

    def __init__(self):
        super().__init__({})

    def answer(self, request):
        self.requests.append(request)
        if "Authorization" not in request.headers:
            return Answer(401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
        if "/tags/list" in request.path:
            return Answer(200, b'{"name":"a","tags":["v1-arm64"]}')
        if "/blobs/" in request.path:
            return Answer(200, IMAGE.blobs[0])
        return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})


@pytest.fixture
def protected(binary):
    with RegistryWithPassword() as registry:
        install_helper(binary, "keeper").add_credential(registry.host, PUBLISHER)
        binary.configure({"credsStore": "keeper"})
        yield registry


@pytest.mark.parametrize("words", [
    ["publish", "{}/a:v1", "v1-arm64"], ["inspect", "{}/a:v1"], ["version"], ["hooks", "status"],
])
def test_without_proc_a_command_is_an_error(protected, binary, words):
    """Swift's own way to read arguments is /proc/self/cmdline, and its threads read /proc/PID/stat."""
    words = [word.format(protected.host) for word in words]
    result = binary.spawn([*WITHOUT_PROC, str(binary.binary), *words])
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "ERROR: /proc is not mounted, and the program cannot run without it\n  Mount it with: mount -t proc proc /proc\n"
    )
    assert protected.requests == []


def test_without_proc_docker_gets_its_answers(binary):
    answers = [["docker-cli-plugin-metadata"], ["__complete", "inspect", "r.example/a:"],
               ["manifestx", "docker-cli-plugin-hooks", "{}"]]
    outputs = [binary.spawn([*WITHOUT_PROC, str(binary.binary), *words]) for words in answers]
    assert [output.returncode for output in outputs] == [0, 0, 0]
    assert '"SchemaVersion"' in outputs[0].stdout
    assert [output.stdout for output in outputs[1:]] == [":4\n", ""]


VERBS = [
    ["publish", "--dry-run", "{}/a:v1", "v1-arm64"], ["inspect", "{}/a:v1"], ["inspect", "--raw", "{}/a:v1"],
    ["hooks", "status"], ["version"], ["completion", "bash"], ["__complete", "inspect", "{}/a:"], ["--help"],
    ["docker-cli-plugin-metadata"], ["manifestx", "docker-cli-plugin-hooks", "{{}}"], ["nonsense"], [],
]


def test_few_file_descriptors_are_an_error_and_no_crash(protected, binary):
    """The dynamic linker needs four."""
    def attempt(case):
        words, limit = case
        command = ["prlimit", f"--nofile={limit}", str(binary.binary), *(word.format(protected.host) for word in words)]
        return words, limit, binary.spawn(command, timeout=20)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(attempt, itertools.product(VERBS, [4, 5, 7, 12, 20, 30, 40])))
    for words, limit, result in results:
        assert result.returncode in (0, 1, 125), (words, limit, result.output)
        assert "Fatal error" not in result.stderr
        if words and words[0] not in ("__complete", "docker-cli-plugin-metadata", "manifestx") and limit <= 30:
            assert result.returncode == 1
            assert "more files and connections, but needs 32\n  Raise the limit with: ulimit -n 1024\n" in result.stderr
        if limit == 40:
            assert result.returncode == (125 if words == ["nonsense"] else 0), (words, result.output)


@pytest.mark.parametrize("words", [["version"], ["publish", "127.0.0.1:1/a:v", "x-amd64"], ["--help"]])
def test_without_threads_a_command_is_an_error(binary, words):
    """Root has no such limit, and others may not reach the program's directory. libdispatch would try for ever."""
    script = 'exec 9<"$0"; exec setpriv --reuid=65534 --clear-groups prlimit --nproc=1:1 /proc/self/fd/9 "$@"'
    result = binary.spawn(["sh", "-c", script, str(binary.binary), *words], timeout=20)
    assert result.returncode == 1
    assert "ERROR: this program can start no more threads: resource temporarily unavailable\n" in result.stderr
    assert "  Raise the limit with: ulimit -u " in result.stderr


def test_few_threads_are_an_error_and_no_endless_wait(app, binary):
    """Also a limit that is enough for the program, but not for another program that it starts."""
    app.push("x-amd64")
    push = ["publish", "--push", app.at("v"), "x-amd64"]

    def attempt(case):
        number, limit, words = case
        script = 'exec 9<"$0"; exec setpriv --reuid=$1 --clear-groups prlimit --nproc=$2:$2 /proc/self/fd/9 "${@:3}"'
        command = ["bash", "-c", script, str(binary.binary), str(65000 + number), str(limit), *words]
        # The tests' own directory is not everybody's.
        environment = {"MANIFESTX_ENGINE": "/bin/true", "DOCKER_CONFIG": "/nonexistent"}
        return limit, words, binary.spawn(command, environment, timeout=30)

    cases = itertools.product([4, 5, 6, 8, 9, 60], [push, ["doctor"]])
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(attempt, [(number, *case) for number, case in enumerate(cases)]))
    for limit, words, result in results:
        assert result.returncode in (0, 1), (limit, words, result.output)
        if limit < 10:
            assert "this program can start no more threads: " in result.output, (limit, words, result.output)
    assert [result.returncode for limit, words, result in results if limit == 60] == [0, 0], results[-2:]


@pytest.mark.parametrize("words", [["publish", "--push", "127.0.0.1:1/a:v", "x-amd64"], ["doctor"], ["version"]])
@pytest.mark.parametrize("limit, sizes", [("as", [60, 80, 100]), ("data", [16, 40, 48, 80])])
def test_little_memory_is_an_error(binary, limit, sizes, words):
    """Threads and libraries take it, and without it Swift's runtime ends the program with a signal."""
    for size in sizes:
        result = binary.spawn(["prlimit", f"--{limit}={size << 20}", str(binary.binary), *words], timeout=20)
        assert result.returncode == 1
        assert result.stderr == (
            "ERROR: this program needs 96 MiB more memory than it is allowed to use\n"
            "  Raise the limits with: ulimit -v unlimited; ulimit -d unlimited\n"
        )


def test_programs_run_where_the_caller_ignores_their_end(protected, binary):
    """A setting that is inherited: the system then forgets how a program has ended."""
    command = ["python3", "-c", "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
               "os.execv(sys.argv[1], sys.argv[1:])", str(binary.binary), "inspect", "--format", "digest"]
    result = binary.spawn([*command, f"{protected.host}/a:v1"])
    assert (result.stdout, result.stderr) == (f"{IMAGE.digest}\n", "")


@pytest.mark.parametrize("words", [
    ["publish", "--dry-run", "127.0.0.1:1/a:v", b"oci:/tmp/caf\xe9:v1"],
    ["publish", "127.0.0.1:1/a:v", "x-amd64", b"--metadata-file=\xe9"], [b"\xe9"], [b"--config=/\xe9", "version"],
])
def test_an_argument_that_is_not_text_is_refused(binary, words):
    """With another character in its place, it would name another file."""
    result = binary.spawn([str(binary.binary), *words])
    assert (result.returncode, result.stdout) == (125, "")
    assert result.stderr.startswith("ERROR: the argument \u201c") and "is not valid UTF-8\n" in result.stderr
    assert "symbolic link" in result.stderr


@pytest.mark.parametrize("name", ["HOME", "DOCKER_CONFIG", "DOCKER_AUTH_CONFIG", "SSL_CERT_FILE", "https_proxy"])
def test_a_variable_that_is_not_text_is_refused(binary, name):
    """Others may have any bytes."""
    for verb in ["hooks", "enable"], ["inspect", "127.0.0.1:1/a"]:
        result = binary.spawn(["env", name.encode() + b"=/caf\xe9-secret", str(binary.binary), *verb])
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.startswith(f"ERROR: the environment variable {name} is not valid UTF-8\n")
        assert "secret" not in result.stderr


def test_other_variables_may_have_any_bytes(protected, binary):
    """The helper is in another directory of PATH."""
    path = binary.environment["PATH"].encode() + b":/caf\xe9"
    command = ["env", b"PATH=" + path, b"LS_COLORS=\xe9", str(binary.binary), "inspect", "--format", "digest"]
    assert binary.spawn([*command, f"{protected.host}/a:v1"]).stdout == f"{IMAGE.digest}\n"


def test_many_registries_with_few_descriptors_do_not_crash(binary):
    """The connections take all that were free when the program started."""
    hosts = [f"127.0.{n // 200}.{n % 200 + 1}" for n in range(60)]
    with StubRegistry({}) as registry:
        port = registry.host.split(":")[1]
        names = [f"{host}:{port}/a:v1-arm64" for host in hosts]
        result = binary.spawn(
            ["prlimit", "--nofile=48", str(binary.binary), "publish", "--dry-run", f"{registry.host}/a:v1", *names],
            timeout=60,
        )
    assert result.returncode in FAILURES, result.output
    assert "Fatal error" not in result.stderr


@pytest.mark.parametrize("kind", ["pipe", "socket", "/dev/zero", "/dev/full"])
@pytest.mark.parametrize("place", [".docker/config.json", "root/etc/docker/daemon.json", "root/etc/docker/certs.d/{}/ca.crt",
                                   "root/etc/docker/certs.d/{}/a.cert"])
def test_settings_that_are_not_files_are_named_at_once(app, binary, place, kind):
    """Nobody writes into the pipe, and the devices have no end."""
    app.push("one")
    path = binary.home / place.format(app.host)
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        os.mknod(path, 0o140600)
    else:
        path.symlink_to(kind)
    if path.suffix == ".cert":
        path.with_suffix(".key").write_text("")
    result = binary.attempt("inspect", app.at("one"), timeout=10)
    if path.suffix == ".json":
        assert str(path) in result.stderr
        reason = "it is not a regular file" if kind in ("pipe", "socket") else "file too large"
        assert reason in result.stderr
    assert values(binary, "inspect", "x") == []


def test_dev_null_is_an_empty_config(app, binary):
    image = app.push("one")
    (binary.config_dir / "config.json").symlink_to("/dev/null")
    assert image.digest in binary.run("inspect", app.at("one")).stdout
