"""The system's own file of certificate authorities, beside a directory that does not have all of them."""

from Integration.test_authorities import HOST, Server

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
