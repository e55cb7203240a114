"""The fixtures of the integration and shell tests: real registries, and the plugin in a clean home.

Run: Tests/run-integration [PYTEST ARGUMENTS]
Needs these Debian packages: docker-registry skopeo python3-pytest python3-jwt python3-cryptography
python3-bcrypt tinyproxy golang-docker-credential-helpers pass gpg gpg-agent util-linux podman, for the
shell tests also zsh fish dash busybox shellcheck bash-completion python3-yaml
python3-pexpect; the docker CLI, and the program (see `support.plugin`).

Each registry runs for the whole session. Each test uses its own repository, so that tests do not
affect each other or a second run at the same time.
"""

import contextlib
import itertools
import os
import re
import signal
import subprocess
import tempfile

import pytest

pytest.register_assert_rewrite("support")

# pylint: disable=wrong-import-position,redefined-outer-name
from support import registry_auth  # noqa: E402
from support.certs import Authority  # noqa: E402
from support.credential_recorder import CredentialRecorder  # noqa: E402
from support.plugin import Plugin  # noqa: E402
from support.podman import Podman  # noqa: E402
from support.registry import Registry  # noqa: E402
from support.repository import NON_LOOPBACK, Repository  # noqa: E402
from support.token_server import TokenServer  # noqa: E402
from support.users import PUBLISHER, USERS  # noqa: E402

_numbers = itertools.count(1)


def pytest_configure():
    if "MANIFESTX_TEST_NETWORK" not in os.environ:
        pytest.exit("these tests need a network of their own: Tests/run-integration", 2)
    # A shell starts background jobs with SIGINT ignored, and the programs under test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Tests marked `slow` run last: what they wait for was started earlier."""
    items.sort(key=lambda item: "slow" in item.keywords)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """The private CA that signed every TLS server here."""
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def plain_registry(tmp_path_factory):
    """Plain HTTP, without authentication."""
    with Registry(tmp_path_factory.mktemp("plain")) as registry:
        yield registry


@pytest.fixture(scope="session")
def token_server(tmp_path_factory, authority):
    """Issues tokens for `token_registry` to `USERS`, over TLS."""
    signing = Authority(tmp_path_factory.mktemp("signing"), "manifestx test token authority")
    with TokenServer(USERS, signing, authority.server()) as server:
        yield server


@pytest.fixture(scope="session")
def token_registry(tmp_path_factory, authority, token_server):
    """TLS with a certificate of the private CA, and bearer tokens."""
    auth = registry_auth.token(token_server)
    with _tls_registry(tmp_path_factory.mktemp("token"), authority, auth) as registry:
        yield registry


@pytest.fixture(scope="session")
def basic_registry(tmp_path_factory, authority):
    """TLS with a certificate of the private CA, and Basic authentication."""
    auth = registry_auth.basic(tmp_path_factory.mktemp("htpasswd"), USERS)
    with _tls_registry(tmp_path_factory.mktemp("basic"), authority, auth) as registry:
        yield registry


def _tls_registry(directory, authority, auth):
    certificate = authority.server(NON_LOOPBACK, "registry.example.com")
    return Registry(directory, certificate, auth, PUBLISHER.pair, authority.ca_file)


@pytest.fixture(scope="session")
def plain_registries(tmp_path_factory, plain_registry):
    """By authentication (open, basic, token); all in plain HTTP, the token server too."""
    directory = tmp_path_factory.mktemp("plain-auth")
    signing = Authority(directory / "signing", "manifestx test token authority")
    with TokenServer(USERS, signing) as token_server:
        auths = {
            "basic": registry_auth.basic(directory, USERS),
            "token": registry_auth.token(token_server),
        }
        with contextlib.ExitStack() as stack:
            registries = {"open": plain_registry}
            for name, auth in auths.items():
                registry = Registry(directory / name, None, auth, PUBLISHER.pair)
                registries[name] = stack.enter_context(registry)
            yield registries


@pytest.fixture(scope="session")
def tls_registries(tmp_path_factory, authority, basic_registry, token_registry):
    """By authentication (open, basic, token); all over TLS with the private CA."""
    with _tls_registry(tmp_path_factory.mktemp("open"), authority, None) as open_registry:
        yield {"open": open_registry, "basic": basic_registry, "token": token_registry}


@pytest.fixture
def path(request):
    """A repository path that no other test uses."""
    name = re.sub(r"[^a-z0-9]+", "-", request.function.__name__.removeprefix("test_").lower())
    return f"test/{name}-{next(_numbers)}"


@pytest.fixture
def app(plain_registry, path):
    """A repository in the open registry."""
    return Repository(plain_registry, path)


@pytest.fixture
def non_loopback_app(plain_registry, path):
    """A repository in the open registry, at an address that is not loopback."""
    return Repository(plain_registry, path, NON_LOOPBACK)


@pytest.fixture
def token_app(token_registry, path):
    """A repository in the registry with token authentication, not on loopback."""
    return Repository(token_registry, path, NON_LOOPBACK)


@pytest.fixture(params=["token", "basic"])
def protected_app(request, path):
    """A repository in each registry that requires authentication, not on loopback."""
    return Repository(request.getfixturevalue(f"{request.param}_registry"), path, NON_LOOPBACK)


@pytest.fixture
def podman(tmp_path):
    """podman with images of its own. Its `environment` belongs to every run that uses them."""
    return Podman(tmp_path / "podman")


@pytest.fixture
def built(app, podman):
    """Two images for different platforms that exist only on this machine; returns their tags."""
    return podman.make_pair(app)


@pytest.fixture
def recorder():
    """A registry that records the credentials it receives."""
    with CredentialRecorder() as recorder:
        yield recorder


@pytest.fixture
def gpg_home():
    """A GnuPG home with a path short enough for its sockets; its agent ends with the test."""
    with tempfile.TemporaryDirectory(prefix="gpg-") as directory:
        yield directory
        environment = {**os.environ, "GNUPGHOME": directory}
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=True)


@pytest.fixture(params=["docker", "binary"])
def plugin(request, tmp_path):
    """The plugin, run by docker and directly."""
    return _plugin(tmp_path, request.param)


@pytest.fixture
def binary(tmp_path):
    """The plugin, run directly: for tests that are slow or do not depend on docker."""
    return _plugin(tmp_path, "binary")


@pytest.fixture
def by_docker(tmp_path):
    """The plugin, run by docker: for tests of how the two work together."""
    return _plugin(tmp_path, "docker")


def _plugin(tmp_path, through):
    return Plugin(tmp_path / "home", through, [user.pair for user in USERS])
