"""The answers to `__complete`, as docker's completion scripts ask for them."""

import os
import shutil
import socket
import stat
import time

import pytest

from support.credentials import auth, install_helper
from support.engine import Engine
from support.leaks import leaks
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER, READER

NO_SPACE, NO_FILES, ONLY_DIRECTORIES, KEEP_ORDER = 2, 4, 16, 32


def complete(plugin, *words, command="__complete", environment=None):
    """The candidates with their descriptions (in a dict, in their order), and the directive."""
    if plugin.through == "docker":
        line = ["docker", command, "manifestx", *words]
    else:
        line = [str(plugin.binary), command, *words]
    result = plugin.spawn(line, environment)
    assert result.returncode == 0, result.output
    if plugin.through == "binary":  # docker itself writes which directive it passes on.
        assert result.stderr == ""
    *lines, directive = result.stdout.splitlines()
    pairs = [line.partition("\t") for line in lines]
    assert directive.startswith(":")
    return {value: description for value, _, description in pairs}, int(directive[1:])


def values(plugin, *words, **options):
    return list(complete(plugin, *words, **options)[0])


def test_commands(plugin):
    found, directive = complete(plugin, "")
    assert {"publish", "inspect", "version", "completion", "hooks"} <= found.keys()
    assert found["version"] == "Show the version of this plugin"
    assert directive == NO_FILES


def test_commands_by_their_beginning(plugin):
    assert values(plugin, "v") == ["version"]
    assert values(plugin, "help", "v") == ["version"]
    assert values(plugin, "no-such") == []
    assert values(plugin, "no-such", "") == []


@pytest.mark.parametrize("command", ["publish", "inspect", "version", "completion", "hooks"])
def test_options_are_those_of_help(plugin, command):
    found, directive = complete(plugin, command, "--")
    help_text = plugin.run(command, "--help").stdout
    options = help_text.partition("Options:\n")[2].splitlines()
    assert list(found) == [line[line.index("--"):].split()[0] for line in options]
    assert all(description in help_text for description in found.values())
    assert directive == NO_FILES


@pytest.mark.parametrize("words, expected", [
    (["publish", "--media-type", ""], ["auto", "oci", "docker"]),
    (["publish", "--media-type=d"], ["docker"]),
    (["publish", "--platform-from", "c"], ["check", "config"]),
    (["inspect", "--format", ""], ["table", "json"]),
    (["completion", ""], ["bash", "zsh", "fish"]),
    (["hooks", ""], ["enable", "disable", "status"]),
    (["hooks", "enable", ""], []),
    (["publish", "a", "v1-x", "v1-y", "--platform", "v1"], ["v1-x=", "v1-y="]),
    (["publish", "a", "v1-x", "--platform", "v1-x=windows/"],
     ["v1-x=windows/amd64", "v1-x=windows/arm64"]),
    (["publish", "--media-type", "oci", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "--timeout", "1s", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "-qt", "tag", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "-ttag", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "--no-such", ""], []),
    (["publish", "--dry-run=x"], []),
])
def test_values(plugin, words, expected):
    assert values(plugin, *words) == expected


def test_an_image_before_its_platform_takes_no_space(plugin):
    assert complete(plugin, "publish", "a", "x", "--platform", "")[1] == NO_SPACE | NO_FILES


def test_a_directory(binary):
    assert complete(binary, "--config", "")[1] == ONLY_DIRECTORIES


def test_without_descriptions(binary):
    for options in (
        {"command": "__completeNoDesc"},
        {"environment": {"DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION": "1"}},
    ):
        found, _ = complete(binary, "", **options)
        assert "publish" in found
        assert not any(found.values())


def test_dashes_after_two_dashes_are_no_options(plugin):
    assert values(plugin, "publish", "--", "--") == []


def test_registries_that_docker_knows(plugin):
    helpers = {"helped.example.com": "none", "[::1]:5000": "none"}
    keys = ["https://index.docker.io/v1/", "https://auth.example.com/v2/"]
    plugin.configure({"auths": {key: {} for key in keys}, "credHelpers": helpers})
    found, directive = complete(plugin, "inspect", "")
    assert list(found) == [
        "[::1]:5000/", "auth.example.com/", "docker.io/", "helped.example.com/",
    ]
    assert directive == NO_SPACE | NO_FILES


def test_what_is_no_host_is_not_offered(plugin):
    plugin.configure({"auths": {"good.example.com": {}, "evil\x1b[31m\nexample": {}, "a b": {}}})
    assert values(plugin, "inspect", "") == ["good.example.com/"]


def test_tags_of_a_repository(app, plugin):
    app.push("v1-arm64", "linux/arm64")
    app.push("other")
    found, directive = complete(plugin, "inspect", f"{app.name}:")
    assert found == {app.at("other"): "", app.at("v1-arm64"): "linux/arm64"}
    assert directive == NO_FILES


def test_tags_that_fit_the_list_come_first(app, plugin):
    for tag in ("a-amd64", "a-base", "v1", "v1-arm64", "v1-arm64-0624", "v1.2-arm64", "v1-s390x",
                "amd64", "v10-arm64"):
        app.push(tag)
    found, directive = complete(plugin, "publish", app.at("v1"), "")
    assert list(found) == [
        "v1-arm64", "v1-s390x",  # NAME:v1 without its architecture.
        "v1-arm64-0624",
        "a-amd64", "amd64", "v1.2-arm64", "v10-arm64",
        "a-base",
    ]
    assert directive == KEEP_ORDER | NO_FILES


def test_images_in_their_other_forms(app, plugin):
    app.push("v1-arm64")
    app.push("v1-amd64")
    line = ["publish", app.at("v1")]
    assert values(plugin, *line, ":v1-ar") == [":v1-arm64"]
    assert values(plugin, *line, f"{app.name}:v1-ar") == [app.at("v1-arm64")]
    assert values(plugin, *line, "v1-amd64", "v1-") == ["v1-arm64"]
    assert values(plugin, "publish", "--tag", "v1-a", app.name) == []
    assert values(plugin, "publish", app.at("v1"), "--tag", "v1-a") == ["v1-amd64", "v1-arm64"]


def test_credentials_are_docker_logins(guarded_app, plugin):
    plugin.trust(guarded_app.host, guarded_app.registry.ca_file)
    plugin.configure({"auths": {guarded_app.host: auth(READER)}})
    guarded_app.push("v1-arm64")
    found = values(plugin, "inspect", f"{guarded_app.name}:")
    assert found == [guarded_app.at("v1-arm64")]


def test_dockers_config_flag(token_app, by_docker, tmp_path):
    """docker does not hand it on here."""
    by_docker.trust(token_app.host, token_app.registry.ca_file)
    by_docker.configure({"auths": {token_app.host: auth(READER)}})
    token_app.push("v1-arm64")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(by_docker.config_dir, elsewhere, symlinks=True)
    (by_docker.config_dir / "config.json").unlink()
    words = "manifestx", "inspect", f"{token_app.name}:"
    for flags in (["__complete", "--config", elsewhere], ["--config", elsewhere, "__complete"]):
        result = by_docker.spawn(["docker", *map(str, flags), *words])
        assert token_app.at("v1-arm64") in result.stdout


def test_tags_are_asked_for_once(app, binary):
    app.push("v1-arm64")
    mark = app.registry.log.mark()
    first = complete(binary, "inspect", f"{app.name}:")
    app.push("v1-amd64")
    assert complete(binary, "inspect", f"{app.name}:") == first
    assert [r.path for r in app.requests_since(mark) if "/tags/" in r.path] == [
        f"/v2/{app.path}/tags/list?n=1000"
    ]
    for file in cache(binary).iterdir():
        os.utime(file, (time.time() - 31,) * 2)
    assert values(binary, "inspect", f"{app.name}:") == [app.at("v1-amd64"), app.at("v1-arm64")]
    assert len(list(cache(binary).iterdir())) == 1, "what is old goes"


def test_the_cache_is_private_and_holds_no_secret(token_app, binary):
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    token_app.push("v1-arm64")
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]
    directory = cache(binary)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    [file] = directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == "v1-arm64\n"
    assert not leaks(file.name, [PUBLISHER.pair])


def test_the_cache_is_where_xdg_says(app, binary, tmp_path):
    app.push("v1-arm64")
    place = tmp_path / "cache of mine"
    found = values(binary, "inspect", f"{app.name}:", environment={"XDG_CACHE_HOME": str(place)})
    assert found
    assert len(list((place / "docker-manifestx").iterdir())) == 1
    assert not cache(binary).exists()


def test_another_login_sees_another_answer(token_app, binary):
    binary.trust(token_app.host, token_app.registry.ca_file)
    token_app.push("v1-arm64")
    assert values(binary, "inspect", f"{token_app.name}:") == []
    binary.configure({"auths": {token_app.host: auth(READER)}})
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_credential_helper_is_asked_once(token_app, binary, is_known):
    """It may open a window: also where it is of no help, the next TAB does not ask again."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    helper = install_helper(binary, "keeper")
    if is_known:
        helper.knows(token_app.host, READER)
    binary.configure({"credsStore": "keeper"})
    token_app.push("v1-arm64")
    for _ in range(3):
        found = values(binary, "publish", token_app.at("v1"), "")
        assert found == (["v1-arm64"] if is_known else [])
    assert helper.calls == [f"get {token_app.host}"]


def test_a_helper_that_waits_for_somebody(app, binary):
    """The answer does not wait for it, and no second one is started; nor can it write or ask."""
    script = binary.bin / "docker-credential-slow"
    script.write_text(
        f"#!/bin/sh\necho call >>{binary.home}/calls\necho noise >&2\n"
        f"if true </dev/tty; then echo terminal >>{binary.home}/calls; fi\nexec sleep 3\n"
    )
    script.chmod(0o755)
    binary.configure({"credsStore": "slow"})
    answers = {("GET", "/v2/slow/tags/list?n=1000"): Answer(401, headers={
        "WWW-Authenticate": 'Basic realm="x"',
    })}
    with StubRegistry(answers) as registry:
        for _ in range(2):
            start = time.monotonic()
            assert values(binary, "inspect", f"{registry.host}/slow:") == []
            assert time.monotonic() - start < 1
    assert (binary.home / "calls").read_text() == "call\n"


def test_a_helper_that_fails_at_once(token_app, binary):
    """It does not even read what it is asked: once, that ended us with it."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    script = binary.bin / "docker-credential-broken"
    script.write_text("#!/bin/sh\nexit 2\n")
    script.chmod(0o755)
    binary.configure({"credsStore": "broken"})
    for number in range(20):
        assert values(binary, "inspect", f"{token_app.name}-{number}:") == []


@pytest.mark.parametrize("which", ["registry", "engine", "both"])
def test_nobody_answers_within_a_second(app, plugin, which):
    """Somebody listens, and says nothing."""
    app.push("v1-arm64")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        name = app.name if which == "engine" else f"{address}/a"
        engine = {} if which == "registry" else {"DOCKER_HOST": f"tcp://{address}"}
        start = time.monotonic()
        found = values(plugin, "inspect", f"{name}:", environment=engine)
        assert time.monotonic() - start < 1
    assert found == ([app.at("v1-arm64")] if which == "engine" else [])


def test_broken_settings_are_no_reason_for_a_word(app, plugin):
    app.push("v1-arm64")
    plugin.configure_daemon("{ not json")
    assert values(plugin, "inspect", f"{app.name}:") == [app.at("v1-arm64")]
    (plugin.config_dir / "config.json").write_text("{ not json either")
    found = values(plugin, "inspect", "")
    assert found == []


def test_local_images(app, plugin, tmp_path):
    app.push("v1-arm64")
    with Engine(tmp_path / "engine") as engine:
        engine.add_image(app.at("v1-s390x"))
        engine.add_image("harbor.example.com/test/other:v2")
        known = {"environment": engine.environment}
        found, _ = complete(plugin, "inspect", "harbor.example.com/te", **known)
        assert found == {"harbor.example.com/test/other:v2": "local image"}
        assert values(plugin, "publish", app.at("v1"), "", **known) == ["v1-arm64", "v1-s390x"]
        assert values(plugin, "inspect", f"{app.name}:", **known) == [
            app.at("v1-arm64"), app.at("v1-s390x"),
        ]


def page(tags, link=None):
    names = ",".join(f'"{tag}"' for tag in tags)
    return Answer(200, f'{{"name":"a","tags":[{names}]}}'.encode(), {"Link": link} if link else {})


def test_every_page_of_tags(binary):
    """By links in each form; the last one names another host, which is not asked."""
    first = "/v2/a/tags/list?n=1000"
    with StubRegistry({}) as stranger, StubRegistry({
        ("GET", first): page(["a"], '</v2/a/tags/list?last=a&n=1000>; rel="next"'),
        ("GET", "/v2/a/tags/list?last=a&n=1000"): page(["b"], '<?last=b>; rel="next"'),
        ("GET", "/v2/a/tags/list?last=b"): page(
            ["c"], f'<{stranger.url}/v2/a/tags/list?last=c>; rel="next"'
        ),
        ("GET", "/v2/a/tags/list?last=c"): page(["d", "not a tag"]),
    }) as registry:
        found = values(binary, "inspect", f"{registry.host}/a:")
        assert found == [f"{registry.host}/a:{tag}" for tag in "abcd"]
        assert stranger.requests == []


def test_pages_without_end(binary):
    """Each page leads to itself: the limit on tags ends it, or the second does."""
    link = '</v2/a/tags/list?n=1000>; rel="next"'
    with StubRegistry({("GET", "/v2/a/tags/list?n=1000"): page(["a"] * 1000, link)}) as registry:
        start = time.monotonic()
        assert values(binary, "inspect", f"{registry.host}/a:") in ([f"{registry.host}/a:a"], [])
        assert time.monotonic() - start < 1
        assert len(registry.requests) <= 10


@pytest.mark.parametrize("answer", [
    Answer(200, b"not json"), Answer(200, b'{"tags":null}'), Answer(200, b'{"tags":[1]}'),
    Answer(500), Answer(404), page(["a"], "</elsewhere>; rel=next"),
])
def test_strange_answers(binary, answer):
    with StubRegistry({("GET", "/v2/a/tags/list?n=1000"): answer}) as registry:
        found = values(binary, "inspect", f"{registry.host}/a:")
        assert found == ([f"{registry.host}/a:a"] if b'"a"]' in answer.body else [])


def test_the_answer_is_quick(binary):
    """Where no option matters, it takes no longer than the metadata (with room for a busy day)."""
    def fastest(*words):
        times = []
        for _ in range(15):
            start = time.monotonic()
            binary.run(*words)
            times.append(time.monotonic() - start)
        return min(times)

    metadata = fastest("docker-cli-plugin-metadata")
    assert fastest("__complete", "manifestx", "p") < 2 * metadata + 0.005


def cache(plugin):
    return plugin.home / ".cache/docker-manifestx"
