"""Image layouts that several users write to."""

import os
import stat


def publish_as_nobody(binary, *words, groups="--clear-groups", before=":"):
    """The tests' own directory is not everybody's: the program is opened before."""
    script = f'exec 9<"$0"; {before}; exec setpriv --reuid=65534 --regid=65534 {groups} /proc/self/fd/9 publish "$@"'
    result = binary.spawn(["sh", "-c", script, str(binary.binary), *words], {"DOCKER_CONFIG": "/nonexistent"})
    assert result.returncode == 0, result.output


def test_the_lock_of_another_user_is_no_obstacle(app, binary):
    """In a directory like /tmp. A run that was ended by a signal may leave its lock."""
    app.push_pair()
    shared = binary.home / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / ".docker-manifestx.lock").touch(mode=0o644)
    publish_as_nobody(binary, "oci-archive:a.tar:v1", app.at("v1-arm64-20210624"), before="cd shared")
    assert (shared / "a.tar").exists()


def test_the_umask_and_the_directory_decide_who_may_read_the_index(app, binary):
    """And not the index before it: of another group, or without the ACL of the directory, its permissions shut others out."""
    app.push_pair()
    binary.home.chmod(0o755)
    binary.publish("oci:layout:v1", app.at("v1-arm64-20210624"))
    index = binary.home / "layout/index.json"
    index.chmod(0o640)
    for directory in index.parent, *(path for path in index.parent.rglob("*") if path.is_dir()):
        directory.chmod(0o777)
    publish_as_nobody(binary, "oci:layout:v2", app.at("v1-amd64-20210624"), groups="--groups=0", before="umask 007")
    assert (stat.S_IMODE(index.stat().st_mode), index.stat().st_gid) == (0o660, 65534)


def test_all_of_a_layout_in_another_user_s_directory_is_that_user_s(app, binary):
    """Several blobs are written at the same time, and each makes the directories that are missing."""
    app.push_pair()
    parent = binary.home / "user"
    parent.mkdir()
    os.chown(parent, 65534, 65534)
    for number in range(6):
        layout = parent / f"layout{number}"
        binary.publish(f"oci:{layout}:v1", app.at("v1-arm64-20210624"), app.at("v1-amd64-20210624"))
        owners = {str(path): path.stat().st_uid for path in (layout, *layout.rglob("*"))}
        assert set(owners.values()) == {65534}, owners
