"""The system's own file of certificate authorities, beside a directory that does not have all of them."""

import pytest

from Integration.test_authorities import HOST, Server

LOOPED = "looped.example.com"

FILE = "/etc/ssl/certs/ca-certificates.crt"


def with_file(binary, file, command, **environment):
    """Runs the program where this file is the system's; that of the machine is not changed."""
    script = f"mount --bind '{file}' {FILE} && exec \"$@\""
    words = ["unshare", "--mount", "sh", "-c", script, "sh", str(binary.binary), *command]
    return binary.spawn(words, environment=environment)


def test_an_authority_that_was_added_to_the_file_alone(binary, authority, tmp_path):
    """As with `cat ca.crt >>FILE`, and a file that is mounted into a container. Go and curl read it, too."""
    file = tmp_path / "bundle.crt"
    file.write_bytes(open(FILE, "rb").read() + authority.ca_file.read_bytes())
    with Server(authority.server(names=(HOST,))) as server:
        command = ["inspect", "--format", "digest", f"{server.name}/test/app:v1"]
        plain = binary.attempt(*command)
        assert plain.returncode == 5 and "signed by an unknown authority" in plain.stderr
        for environment in {}, {"SSL_CERT_FILE": FILE}, {"SSL_CERT_DIR": "/etc/ssl/certs"}:
            result = with_file(binary, file, command, **environment)
            assert result.returncode == 0 and result.stdout.startswith("sha256:"), result.output
        assert server.requests != []
        server.requests.clear()
        other = with_file(binary, file, command, SSL_CERT_FILE=str(tmp_path / "missing.crt"))
        assert other.returncode == 5 and server.requests == []


@pytest.mark.parametrize("content, reason", [
    (None, "no such file or directory (Debian, Ubuntu: apt-get install ca-certificates)"),
    (b"", "it contains no certificate that can be used"),
    (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "it contains no certificate that can be used"),
], ids=["missing", "empty", "damaged"])
def test_without_the_systems_authorities_what_needs_none_works(app, binary, authority, tmp_path, content, reason):
    """As in a small container, without the package ca-certificates."""
    app.push("arm64", "linux/arm64")
    directory = tmp_path / "certs"
    directory.mkdir()
    if content is not None:
        (directory / "ca-certificates.crt").write_bytes(content)
    script = f"mount --bind '{directory}' /etc/ssl/certs && exec \"$@\""

    def run(*words, **environment):
        return binary.spawn(["unshare", "--mount", "sh", "-c", script, "sh", str(binary.binary), *words], environment)

    # Insecure because of its address: TLS is tried first, and verified.
    name = f"{LOOPED}:{app.registry.port}/{app.path}"
    for words in ["publish", f"{name}:v1", "arm64"], ["doctor", name]:
        result = run(*words)
        assert result.returncode == 0 and "WARNING" not in result.stderr, result.output
    with Server(authority.server(names=(HOST,))) as server:
        command = ["inspect", "--format", "digest", f"{server.name}/test/app:v1"]
        known = run(*command, SSL_CERT_FILE=str(authority.ca_file))
        assert known.returncode == 0, known.output
        unknown = run(*command)
        assert unknown.returncode == 5 and "signed by an unknown authority" in unknown.stderr
        assert f"cannot use the certificates in {FILE}: {reason}\n" in unknown.stderr
