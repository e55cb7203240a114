"""What `publish` tells programs: --metadata-file and --format."""

import json
import os
import stat

import pytest

from support import images
from support.tree import changes, tree


def test_metadata_follows_the_umask(app, binary):
    words = app.push_pair()
    before = os.umask(0o077)
    try:
        binary.publish("--metadata-file", "result.json", app.at("v1"), *words)
    finally:
        os.umask(before)
    assert stat.S_IMODE((binary.home / "result.json").stat().st_mode) == 0o600


def test_metadata_has_the_keys_of_buildx(app, plugin):
    words = app.push_pair()
    result = plugin.publish(
        "--metadata-file", "result.json", "--format", "json", "-t", "stable", app.at("v1"), *words
    )
    file = plugin.home / "result.json"
    assert file.read_text() == result.stdout, "the same"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644, "other users can read it"
    file.chmod(0o640)
    plugin.publish("--metadata-file", "result.json", app.at("v1"), *words)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640, "an existing file keeps its permissions"
    put = app.manifest("v1")
    assert json.loads(result.stdout) == {
        "containerimage.descriptor": {
            "mediaType": put.media_type, "digest": put.digest, "size": len(put.content),
        },
        "containerimage.digest": put.digest,
        "image.name": f"{app.at('v1')},{app.at('stable')}",
        "manifestx.manifests": [
            {"platform": platform, "digest": app.manifest(word).digest, "source": app.at(word)}
            for platform, word in zip(["linux/arm64", "linux/amd64"], words)
        ],
    }


def test_metadata_replaces_a_file_in_one_step(app, binary):
    app.push("arm64", "linux/arm64")
    (binary.home / "real").write_text("old")
    (binary.home / "link").symlink_to("real")
    result = binary.publish("--metadata-file=link", app.at("v1"), "arm64")
    written = json.loads((binary.home / "real").read_text())
    assert result.stdout == written["containerimage.digest"] + "\n", "the digest is still printed"
    assert not list(binary.home.glob("**/.docker-manifestx*"))


def test_metadata_file_with_the_longest_name(app, binary):
    app.push("arm64", "linux/arm64")
    for words in ["first"], ["again"]:
        binary.publish("--metadata-file", 255 * "x", "-t", *words, app.at("v1"), "arm64")
    assert f"{app.at('v1')},{app.at('again')}" in (binary.home / (255 * "x")).read_text()
    mark = app.registry.log.mark()
    result = binary.fail("publish", "--metadata-file", 256 * "x", app.at("v1"), "arm64")
    assert "file name too long" in result.stderr and app.requests_since(mark) == []


def test_metadata_file_in_a_working_directory_that_was_removed(app, binary):
    """As when a CI job is cleaned up while it runs."""
    app.push("arm64", "linux/arm64")
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    words = [str(binary.binary), "publish", "--metadata-file", "result.json", app.at("v1"), "arm64"]
    result = binary.start(["sh", "-c", script, "sh", *words]).wait()
    assert result.returncode == 1 and "Nothing was published" in result.stderr
    assert "v1" not in app.tags()


@pytest.mark.parametrize("directory, file, mode, written", [
    (65534, 0, 0o640, 0o600), (65534, 0, 0o666, 0o666), (0, 1, 0o666, 0o666), (0, 1, 0o644, None),
], ids=["made by root", "everybody's", "in a shared directory", "not removable"])
def test_metadata_replaces_a_file_of_another_user(app, binary, directory, file, mode, written):
    """As after a job that root ran. If it cannot be replaced, that is known before anything is sent."""
    app.push("arm64", "linux/arm64")
    shared = binary.home / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    os.chown(shared, directory, directory)
    result_file = shared / "result.json"
    result_file.write_text("old")
    result_file.chmod(mode)
    os.chown(result_file, file, file)
    # The tests' own directory is not everybody's.
    script = 'exec 9<"$0"; exec setpriv --reuid=65534 --regid=65534 --clear-groups /proc/self/fd/9 "$@"'
    words = ["publish", "--metadata-file", "result.json", app.at("v1"), "arm64"]
    command = ["sh", "-c", f"cd shared; {script}", str(binary.binary), *words]
    result = binary.spawn(command, {"DOCKER_CONFIG": "/nonexistent"})
    if written is None:
        assert "ERROR: cannot write result.json: operation not permitted\n  Nothing was published" in result.stderr
        assert (result.returncode, app.tags(), result_file.read_text()) == (1, ["arm64"], "old")
    else:
        assert result.returncode == 0, result.output
        assert json.loads(result_file.read_text())["containerimage.digest"] == app.manifest("v1").digest
        assert stat.S_IMODE(result_file.stat().st_mode) == written, "another group gets no more than everybody"


@pytest.mark.parametrize("user, directory, mode, is_written", [
    (0, 0, 0o644, True), (65534, 0, 0o666, True), (65534, 65534, 0o644, False),
], ids=["root", "in another user's directory", "made by root"])
def test_metadata_is_written_into_a_mount_point(app, binary, user, directory, mode, is_written):
    """A file of a container's host cannot be replaced."""
    app.push("arm64", "linux/arm64")
    shared = binary.home / "shared"
    shared.mkdir()
    os.chown(shared, directory, directory)
    for name in "host.json", "result.json":
        (shared / name).write_text("old, and longer than the new one: " + 2000 * "x")
        (shared / name).chmod(mode)
    script = f'''
        mount --bind shared/host.json shared/result.json && exec 9<"$0" && cd shared
        exec setpriv --reuid={user} --regid={user} --clear-groups /proc/self/fd/9 "$@"
    '''
    words = ["publish", "--metadata-file", "result.json", app.at("v1"), "arm64"]
    command = ["unshare", "--mount", "sh", "-c", script, str(binary.binary), *words]
    result = binary.spawn(command, {"DOCKER_CONFIG": "/nonexistent"})
    if is_written:
        assert result.returncode == 0, result.output
        written = json.loads((shared / "host.json").read_text())
        assert written["containerimage.digest"] == app.manifest("v1").digest
    else:
        assert "ERROR: cannot write result.json: permission denied\n  Nothing was published" in result.stderr
        assert result.returncode == 1 and app.tags() == ["arm64"]


def test_dry_run_writes_no_metadata(app, binary):
    app.push("arm64", "linux/arm64")
    binary.publish("--dry-run", "--metadata-file", "result.json", app.at("v1"), "arm64")
    assert not (binary.home / "result.json").exists()


OTHER_FILE = "Use another file: --metadata-file FILE"


@pytest.mark.parametrize("file, reason, advice", [
    ("missing/result.json", "no such file or directory", OTHER_FILE), (".", "is a directory", OTHER_FILE),
    ("/dev/null", "not a regular file", OTHER_FILE), ("/proc/self/fd/2", "not a regular file", OTHER_FILE),
    ("/dev/stdout", "the standard output of this command goes there", "To print the JSON: --format json"),
])
def test_file_that_cannot_be_written_is_known_before_anything_is_sent(app, plugin, file, reason, advice):
    app.push("arm64", "linux/arm64")
    mark = app.registry.log.mark()
    result = plugin.fail("publish", "--metadata-file", file, app.at("v1"), "arm64")
    assert f"ERROR: cannot write {file}: " in result.stderr and reason in result.stderr
    assert f"\n  Nothing was published. {advice}\n" in result.stderr
    assert app.requests_since(mark) == []


USED_FILES = [
    ("out.tar", ["oci-archive:out.tar:v1", "{arm64}"], "part of oci-archive:out.tar:v1"),
    ("in.tar", ["{v1}", "oci-archive:in.tar:v1-arm64"], "part of oci-archive:in.tar:v1-arm64"),
    ("layout/index.json", ["oci:layout:v1", "{arm64}"], "part of oci:layout:v1"),
    ("layout/oci-layout", ["{v1}", "oci:layout:v1-arm64"], "part of oci:layout:v1-arm64"),
    ("list.json", ["--from", "list.json", "{v1}"], "the file of --from"),
    ("lists.yaml", ["--file", "lists.yaml"], "a file of --file"),
    ("in.tar", ["--file", "lists.yaml"], "part of oci-archive:in.tar:v1-arm64"),
    (".docker/config.json", ["{v1}", "{arm64}"], "docker's config.json"),
]


def test_file_that_the_command_also_uses_is_not_replaced(app, binary):
    app.push("arm64", "linux/arm64")
    home = binary.home
    for target in "oci:layout:v1-arm64", "oci-archive:in.tar:v1-arm64":
        binary.publish(target, app.at("arm64"))
    (home / "list.json").write_text(binary.publish("--dry-run", app.at("v1"), "arm64").stdout)
    (home / "lists.yaml").write_text(f"image: {app.at('v1')}\nmanifests: ['oci-archive:in.tar:v1-arm64']\n")
    binary.configure({})
    before = tree(home)
    mark = app.registry.log.mark()
    for file, words, use in USED_FILES:
        words = [word.format(v1=app.at("v1"), arm64=app.at("arm64")) for word in words]
        result = binary.fail("publish", "--metadata-file", file, *words)
        message = f"ERROR: cannot write {file}: it is {use}\n  Nothing was published. {OTHER_FILE}\n"
        assert result.stderr == message
    command = f"{binary.binary} publish --from - --metadata-file list.json {app.at('v1')} <list.json"
    result = binary.spawn(["sh", "-c", command])
    assert result.returncode == 1 and "cannot write list.json: it is the file of --from\n" in result.stderr
    assert changes(before, tree(home)) == []
    assert app.requests_since(mark) == []


def test_version_of_windows_can_be_set(app, plugin):
    """As with crane and oras; the image's own version is another one."""
    image = images.build("windows/amd64", os_version="10.0.17763.1")
    app.push("ltsc", image)
    plugin.publish("--platform", "ltsc=windows/amd64:10.0.20348.2113", app.at("v1"), "ltsc")
    [entry] = app.manifest("v1").json()["manifests"]
    assert entry["platform"]["os.version"] == "10.0.20348.2113"
    result = plugin.fail("publish", "--platform", "ltsc=linux/amd64:5.1.0", app.at("v2"), "ltsc")
    assert "only windows has a version" in result.stderr
