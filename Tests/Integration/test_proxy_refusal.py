"""Proxies that require a name and a password, and accept none."""

from socketserver import StreamRequestHandler

import pytest

from support.http_service import HTTPService
from support.raw_server import RawServer
from support.users import User

USER = User("proxy-user", "wrong-password-8086")


def refuse(_, send):
    send(b'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n')


class SOCKSHandler(StreamRequestHandler):
    """RFC 1928 and 1929."""

    def handle(self):
        _, count = self.rfile.read(2)
        if 2 not in self.rfile.read(count):
            self.wfile.write(b"\x05\xff")
            return
        self.wfile.write(b"\x05\x02")
        self.rfile.read(1)
        for _ in ("name", "password"):
            self.rfile.read(self.rfile.read(1)[0])
        self.wfile.write(b"\x01\x01")


@pytest.mark.parametrize("user", [None, USER])
@pytest.mark.parametrize("scheme, variable, flags", [
    ("http", "HTTPS_PROXY", []),
    ("http", "HTTP_PROXY", ["--insecure"]),  # Plain HTTP: without CONNECT.
    ("socks5h", "ALL_PROXY", []),
])
def test_the_proxy_and_its_variable_are_named(binary, scheme, variable, flags, user):
    binary.secrets.append(USER.pair)
    with RawServer(refuse) if scheme == "http" else HTTPService(SOCKSHandler) as server:
        host, who = server.host, "{}:{}@".format(*user.pair) if user else ""
        environment = {variable: f"{scheme}://{who}{host}"}
        error = binary.fail("inspect", *flags, "registry.example.com/a:v1", environment=environment, code=4).stderr
    reason = f"did not accept the name and the password in {variable}" if user else "requires a name and a password"
    advice = f"Correct them in {variable}:" if user else f"Set {variable} to"
    assert f"the proxy {scheme}://{host} did not forward the request: it {reason}\n  {advice} " in error
    assert f"{advice} {scheme}://NAME:PASSWORD@{host} (special characters as %XX)\n" in error
    assert "docker login" not in error, "that would be for the registry's password"


def test_a_proxy_with_other_schemes_only(binary):
    """No name and no password would help."""
    def offer(_, send):
        send(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")

    with RawServer(offer) as server:
        environment = {"HTTPS_PROXY": f"http://{USER.name}:{USER.password}@{server.host}"}
        error = binary.fail("inspect", "registry.example.com/a:v1", environment=environment).stderr
    assert "it requires Negotiate or NTLM authentication, and only Basic is supported\n" in error
    assert "  Use a proxy on this machine" in error and "docker login" not in error
