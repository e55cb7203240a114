"""helpers/manifestx.sh, in each supported shell, with a real registry."""

import threading

import pytest

from support.completion import values
from support.repository import platforms
from support.waiting import wait_for


def test_publish_publishes_a_list(app, shell):
    arm, amd = app.push_pair()
    result = shell.run(f"mx_publish --quiet '{app.at('v1')}' {arm} {amd}")
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert result.stderr == ""
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]


@pytest.mark.parametrize("tag, suffix", [("v1", ":v1"), ("latest", "")])
def test_matrix_publishes_the_images_of_each_architecture(app, shell, tag, suffix):
    for arch in ("arm64", "amd64"):
        app.push(f"{tag}-{arch}", f"linux/{arch}")
    result = shell.run(f"mx_matrix {app.name}{suffix} amd64 --tag=stable arm64 --quiet")
    assert result.stdout == f"{app.manifest(tag).digest}\n"
    assert platforms(app.manifest(tag).content) == ["linux/amd64", "linux/arm64"]
    assert app.manifest("stable").digest == app.manifest(tag).digest


def test_digest_prints_the_digest(listed, shell):
    result = shell.run(f"mx_digest {listed.at('v1')}")
    assert result.stdout == f"{listed.manifest('v1').digest}\n"
    assert result.stderr == ""


def test_pin_replaces_the_tag_by_the_digest(listed, shell):
    """The port of the registry is not taken for a tag."""
    digest = listed.manifest("v1").digest
    names = [listed.at("v1"), listed.name, f"{listed.name}@{digest}", f"{listed.at('v1')}@{digest}"]
    result = shell.run("".join(f"mx_pin '{name}' --insecure\n" for name in names))
    assert result.stdout == f"{listed.name}@{digest}\n" * len(names)


def test_pin_prints_a_name_for_the_image_of_a_layout(listed, shell, tmp_path):
    """It must not be a name on Docker Hub."""
    shell.plugin.publish(f"oci:{tmp_path}/one:v1", listed.at("v1"))
    shell.plugin.publish(f"oci-archive:{tmp_path}/one.tar:r.example/a:v1", listed.at("v1"))
    result = shell.run(f"cd {tmp_path}; mx_pin oci:one; mx_pin one.tar; mx_digest $(mx_pin one.tar)")
    digest = listed.manifest("v1").digest
    assert result.stdout == f"oci:one@{digest}\noci-archive:one.tar@{digest}\n{digest}\n"


@pytest.mark.parametrize("name, tag", [
    ("oci:built", "latest"), ("oci:./a@b/built:v1", "v1"), ("oci-layout://built", "latest"), ("ocidir://built:v1", "v1"),
    ("oci:built:r.example:5000/a:v1", "v1"), ("oci-archive:built.tar:v1", "v1"), ("r.example:5000/a", "latest"),
])
def test_matrix_finds_the_tag_of_the_list(shell, name, tag):
    """It must not be the name of a directory, or a port."""
    result = shell.run(f"_mx_run() {{ echo \"$@\"; }}; mx_matrix {name} arm64 amd64")
    assert result.stdout == f"publish {name} {tag}-arm64 {tag}-amd64\n"


def test_matrix_publishes_in_a_layout(app, shell, tmp_path):
    for arch in ("arm64", "amd64"):
        image = app.push(None, f"linux/{arch}")
        shell.plugin.publish(f"oci:{tmp_path}/built:latest-{arch}", f"{app.name}@{image.digest}")
    result = shell.run(f"mx_matrix oci:{tmp_path}/built arm64 amd64 --quiet; mx_platforms oci:{tmp_path}/built:latest")
    assert result.stdout.splitlines()[1:] == ["linux/arm64", "linux/amd64"]


def test_platforms_prints_one_platform_per_line(listed, shell):
    result = shell.run(f"mx_platforms {listed.at('v1')}")
    assert result.stdout == "linux/arm64/v8\nlinux/amd64\n"


@pytest.mark.parametrize("platform, code", [
    ("linux/arm64", 0), ("linux/arm64/v8", 0), ("amd64", 0),
    ("linux/arm", 1), ("windows/amd64", 1),
])
def test_has_platform_answers_with_its_status(listed, shell, platform, code):
    result = shell.run(f"mx_has_platform {listed.at('v1')} {platform}", code=code)
    assert result.output == ""


@pytest.mark.parametrize("platform", ["linux/amd65", "linux/amd64/v8"])
def test_has_platform_fails_for_an_unknown_platform(listed, shell, platform):
    result = shell.run(f"mx_has_platform {listed.at('v1')} {platform}", code=2)
    assert f"ERROR: \u201c{platform}\u201d is not a platform: " in result.stderr


def test_a_name_that_does_not_exist_has_no_platform(app, shell):
    result = shell.run(f"mx_has_platform {app.at('v1')} linux/arm64", code=1)
    assert result.output == ""


def test_wait_ends_when_the_name_is_pushed(app, shell):
    mark = app.registry.log.mark()

    def push():
        wait_for(lambda: app.requests_since(mark), "the registry received a request")
        app.push("v1")

    thread = threading.Thread(target=push)
    thread.start()
    result = shell.run(f"mx_wait {app.at('v1')} --insecure; echo there")
    thread.join()
    assert result.stdout == "there\n"
    assert "300 s" in result.stderr


def test_wait_fails_after_its_timeout(app, shell):
    result = shell.run(f"mx_wait {app.at('v1')} 1; echo there", code=3)
    assert result.stdout == ""
    assert f"ERROR: {app.at('v1')} is not in the registry" in result.stderr


def test_wait_reports_permanent_errors_immediately(token_app, shell):
    shell.plugin.trust(token_app.host, token_app.registry.ca_file)
    result = shell.run(f"mx_wait {token_app.at('v1')}", code=4, timeout=20)
    assert "docker login" in result.stderr


@pytest.mark.parametrize("call", [
    "mx_matrix", "mx_matrix a:v1", "mx_matrix a:v1 --tag=x", "mx_pin", "mx_has_platform",
    "mx_has_platform a:v1", "mx_wait",
])
def test_missing_arguments_are_an_error(shell, call):
    result = shell.run(f"{call}; echo on", code=2)
    assert result.stdout == ""
    error, usage = result.stderr.splitlines()
    assert error == "ERROR: an argument is missing"
    assert usage.startswith(f"  Usage:  {call.split()[0]} ")


@pytest.mark.parametrize("call", [
    "mx_pin --insecure a:v1", "mx_pin ''", "mx_wait --insecure a:v1", "mx_matrix --quiet a:v1 arm64",
    "mx_matrix '' arm64", "mx_has_platform a:v1 --insecure", "mx_matrix a:v1 amd64 --tag stable",
    "mx_matrix a:v1 --quiet arm64", "mx_wait a:v1 ''", "mx_pin a:v1 b:v1", "mx_pin a:v1 --format json",
    "mx_has_platform a:v1 linux/amd64 linux/arm64", "mx_has_platform a:v1 linux/amd64 --help", "mx_wait a:v1 5 b:v1",
    "mx_has_platform a:v1 amd64 --platform=arm64", "mx_has_platform a:v1 amd64 --insecure --platform arm64",
    "mx_wait a:v1 --wait=5", "mx_wait a:v1 5 --wait=0", "mx_pin a:v1 -fjson", "mx_pin a:v1 -Df=json", "mx_wait a:v1 -f",
])
def test_an_option_or_empty_argument_is_not_a_name(shell, call):
    """It must not be printed as a name, or published as an architecture."""
    result = shell.run(f"{call}; echo on", code=2)
    assert result.stdout == ""
    error, usage = result.stderr.splitlines()
    assert error.startswith("ERROR: ")
    assert usage.startswith(f"  Usage:  {call.split()[0]} ")


@pytest.mark.parametrize("architecture", ["", "amd64,,arm64", "arm64 amd64", "linux/arm64", "v1:arm64"])
def test_matrix_accepts_one_architecture_per_argument(shell, architecture):
    """An empty variable must not be left out, or become the image LIST-."""
    result = shell.run(f"mx_matrix a:v1 amd64 '{architecture}' arm64; echo on", code=2)
    assert result.stdout == ""
    error, usage = result.stderr.splitlines()
    assert error == f"ERROR: each ARCH must be one architecture, such as arm64: '{architecture}'"
    assert usage == "  Usage:  mx_matrix LIST ARCH [ARCH...] [OPTIONS]"


@pytest.mark.parametrize("call", ["mx_publish", "mx_digest", "mx_platforms"])
def test_missing_arguments_of_the_plugin_are_an_error(shell, call):
    assert "requires" in shell.run(call, code=125).stderr


VALUES = {"--progress": "plain", "--timeout": "5s", "--retry-max-wait": "5s"}


@pytest.mark.parametrize("words, has_options_first", [
    (("mx_digest", "NAME"), True), (("mx_platforms", "NAME"), True), (("mx_pin", "NAME"), False),
    (("mx_has_platform", "NAME", "linux/arm64"), False), (("mx_wait", "NAME", "1"), False),
])
def test_every_option_that_is_completed_works(listed, shell, words, has_options_first):
    words = [word.replace("NAME", listed.at("v1")) for word in words]
    offered = values(shell.plugin, *words, "--")
    assert "--insecure" in offered
    names = [option.rstrip("=") for option in offered]
    uses = [f"{name}={VALUES[name]}" if name in VALUES else name for name in names]
    shell.run("".join(f"{' '.join(words)} {use} >/dev/null\n" for use in uses))
    assert bool(values(shell.plugin, words[0], "--")) == has_options_first
    # These functions take an option and its value as one word.
    assert ("--timeout" in offered) == has_options_first
