"""Descriptions of widely used registries: their names, challenges and credentials.

`support.deployment` runs a server for each. The sources are given at each product.
"""

import json
from dataclasses import dataclass, field

from support.credentials import auth, identity_token
from support.users import User

_BOTH = frozenset({"pull", "push"})
_PUBLIC = frozenset({"pull"})
_SERVICE_ACCOUNT_KEY = json.dumps({
    "type": "service_account",
    "project_id": "example",
    "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN+kq/w0=\n-----END PRIVATE KEY-----\n",
    "client_email": "ci@example.iam.gserviceaccount.com",
}, indent=2)


@dataclass(frozen=True)
class Product:
    """`registry` is its name in references, `namespace` the beginning of its repository paths.

    Without a `realm` it uses Basic. `challenge` is set where it differs from docker-registry's.
    `policy` says how its token server differs. `storage` is the host that serves its blobs.
    """

    name: str
    registry: str
    namespace: str
    user: User
    realm: str = None
    service: str = None
    challenge: str = None
    policy: dict = field(default_factory=dict)
    host: str = None  # Its host name, if that is not `registry`.
    key: str = None  # The key of its entry in `auths`, if that is not `registry`.
    plain: bool = False
    storage: str = None
    image_kind: str = "docker"
    identity_token: str = None

    @property
    def is_basic(self):
        return self.realm is None

    @property
    def auths(self):
        """What docker login stores in config.json."""
        return {self.key or self.registry: self.entry(self.user)}

    def entry(self, user):
        return identity_token(self.identity_token) if self.identity_token else auth(user)

    @property
    def secrets(self):
        pairs = [self.user.pair]
        return pairs + ([("", self.identity_token)] if self.identity_token else [])

    def __str__(self):
        return self.name


def _user(name, password):
    return User(name, password, _BOTH)


# https://distribution.github.io/distribution/spec/auth/token/ has the Hub's challenge and answer;
# blobs are on another host: https://docs.docker.com/desktop/setup/allow-list/
DOCKER_HUB = Product(
    "docker-hub", "docker.io", "acme", _user("acmebot", "dckr_pat_0Qm4-fTz9_AbCdEfGh"),
    realm="https://auth.docker.io/token", service="registry.docker.io",
    host="registry-1.docker.io", key="https://index.docker.io/v1/",
    storage="production.cloudflare.docker.com", policy={"anonymous_actions": _PUBLIC},
)

# https://github.com/google/go-containerregistry/issues/1493 has the challenge;
# https://github.com/goharbor/harbor/blob/main/src/core/service/token/authutils.go: 30 minutes,
# `access_token` there and empty; robot accounts are robot$PROJECT+NAME:
# https://goharbor.io/docs/main/working-with-projects/project-configuration/create-robot-accounts/
_HARBOR_POLICY = {"lifetime": 1800, "extra_fields": {"access_token": ""}, "refuses_posts_with": 404}
_ROBOT = _user("robot$acme+ci", "Xk3$hY7-qLw9Zr1Tp5Vb")


def _harbor(name, registry, realm_host, scheme="https", **more):
    return Product(
        name, registry, "acme", _ROBOT, realm=f"{scheme}://{realm_host}/service/token",
        service="harbor-registry", policy={**_HARBOR_POLICY, "anonymous_actions": _PUBLIC}, **more,
    )


HARBOR = _harbor("harbor", "robots.harbor.example.com", "robots.harbor.example.com")
HARBOR_ELSEWHERE = _harbor(
    "harbor-other-realm-host", "behind.harbor.example.com", "core.harbor.example.com"
)
HARBOR_INTRANET = _harbor(
    "harbor-http-80", "harbor.intranet.example.com", "harbor.intranet.example.com", "http",
    plain=True,
)

# For the challenge, the comment in
# https://github.com/renovatebot/renovate/blob/main/lib/modules/datasource/docker/common.ts:
# Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull".
GHCR = Product(
    "ghcr", "ghcr.io", "octocat", _user("octocat", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    realm="https://ghcr.io/token", service="ghcr.io",
    policy={"says_lifetime": False, "anonymous_actions": _PUBLIC},
)

# https://github.com/deitch/docker_registry2/issues/14 has the challenge; the realm is GitLab, the
# registry has a name of its own: https://docs.gitlab.com/administration/packages/container_registry/
GITLAB = Product(
    "gitlab", "registry.gitlab.example.com", "group/project",
    _user("gitlab-ci-token", "glcbt-64_aBcDeFgHiJkLmNoPqRsT"),
    realm="https://gitlab.example.com/jwt/auth", service="container_registry",
    policy={"says_lifetime": False},
)

# https://github.com/quay/quay/blob/master/endpoints/v2/v2auth.py: GET, answers {"token"} alone;
# robots are ORG+NAME: https://docs.projectquay.io/use_quay.html#allow-robot-access-user-repo
QUAY = Product(
    "quay", "quay.io", "acme", _user("acme+builder", "F4KE0TOKEN1ZQ8JX2W3Y5V6U7T8S9R0P"),
    realm="https://quay.io/v2/auth", service="quay.io", storage=None,
    policy={"says_lifetime": False, "anonymous_actions": _PUBLIC},
)

# https://github.com/mayflower/docker-ls/issues/28 has the challenge,
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html the user; passwords are
# signed documents in base64, blobs are in S3.
_ECR_HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ECR = Product(
    "ecr", _ECR_HOST, "team", _user("AWS", "eyJwYXlsb2FkIjoi" + "Q0FGRWJhYmU3+/" * 120 + "=="),
    challenge=f'Basic realm="https://{_ECR_HOST}/",service="ecr.amazonaws.com"',
    storage="prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com",
)

# https://github.com/SgtSilvio/gradle-oci/pull/141: an invalid scope, and a realm that ends in a
# slash.
ECR_PUBLIC = Product(
    "ecr-public", "public.ecr.aws", "acme", _user("AWS", "eyJwYXlsb2FkIjoi" + "cHVibGlj/" * 120),
    realm="https://public.ecr.aws/token/", service="public.ecr.aws",
    challenge='Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"',
    policy={"anonymous_actions": _PUBLIC, "empty_scopes": frozenset({"aws"})},
)

# https://github.com/go-gitea/gitea/blob/main/routers/api/packages/container/container.go (and
# Forgejo): the same service name as GitLab, and `*` as scope.
GITEA = Product(
    "gitea", "git.example.com", "acme", _user("ci", "a3f1c9d2e4b5968778695a4b3c2d1e0f9a8b7c6d"),
    realm="https://git.example.com/v2/token", service="container_registry",
    challenge='Bearer realm="https://git.example.com/v2/token",service="container_registry",scope="*"',
    policy={"says_lifetime": False, "anonymous_actions": _PUBLIC,
            "empty_scopes": frozenset({"*"})},
)

# https://github.com/apple/container/issues/2274: neither service nor scope at /v2/; the users:
# https://cloud.google.com/artifact-registry/docs/docker/authentication
_GOOGLE = {
    "registry": "europe-docker.pkg.dev", "namespace": "project/repository",
    "realm": "https://europe-docker.pkg.dev/v2/token", "service": "europe-docker.pkg.dev",
    "challenge": 'Bearer realm="https://europe-docker.pkg.dev/v2/token"',
    "policy": {"needs_service": False, "lifetime": 3600},
}
GOOGLE_KEY = Product(
    name="google-json-key", user=_user("_json_key", _SERVICE_ACCOUNT_KEY), **_GOOGLE
)
GOOGLE_TOKEN = Product(
    name="google-oauth2accesstoken", user=_user("oauth2accesstoken", "ya29.c." + "b0AXv0zTP" * 110),
    **{**_GOOGLE,
       # https://github.com/cloudflare/serverless-registry/pull/122: service without quotes.
       "challenge": _GOOGLE["challenge"] + ",service=europe-docker.pkg.dev"},
)

# https://azure.github.io/acr/AAD-OAuth.html: an identity token (refresh token), POST /oauth2/token,
# the answer has `access_token` only.
AZURE = Product(
    "acr", "example.azurecr.io", "team", _user("ci", "AzUr3-not-asked-for-4711"),
    realm="https://example.azurecr.io/oauth2/token", service="example.azurecr.io",
    policy={"says_lifetime": False, "token_field": "access_token"},
    identity_token="eyJhbGciOiJSUzI1NiIsImtpZCI6IlBTU0kif.acr-refresh.s1gn4ture_-",
)

# https://jfrog.com/help/r/jfrog-artifactory-documentation/the-repository-path-method-for-docker:
# the repository's key stands first in the path; Basic, as
# https://github.com/renovatebot/renovate/blob/main/lib/modules/datasource/docker/common.ts says.
ARTIFACTORY = Product(
    "artifactory", "artifactory.example.com", "docker-local/team",
    _user("ci@example.com", "AKCp8k:zQ/9w+4711=="), challenge='Basic realm="Artifactory Realm"',
)
# The same with a token for each repository key:
# https://github.com/renovatebot/renovate/issues/11765
ARTIFACTORY_TOKEN = Product(
    "artifactory-token", "artifactory.example.com:8443", "docker-local/team",
    _user("ci@example.com", "AKCp8k:zQ/9w+4711=="),
    realm="https://artifactory.example.com:8443/artifactory/api/docker/docker-local/v2/token",
    service="artifactory.example.com:8443", policy={"says_lifetime": False},
)

# https://github.com/sonatype/nexus-public/issues/921: a connector with a port of its own, and the
# scheme's name in capitals.
NEXUS = Product(
    "nexus", "nexus.example.com:8082", "docker-hosted/team", _user("deployment", "n3xüs pass:word"),
    challenge='BASIC realm="Sonatype Nexus Repository Manager"',
)

# https://github.com/project-zot/zot/blob/main/pkg/api/authn.go: Basic; OCI images only.
ZOT = Product(
    "zot", "zot.example.com", "team", _user("writer", "z0t-htpasswd-secret"), image_kind="oci",
)

PRODUCTS = (
    DOCKER_HUB, HARBOR, HARBOR_ELSEWHERE, HARBOR_INTRANET, GHCR, GITLAB, GITEA, QUAY, ECR,
    ECR_PUBLIC, GOOGLE_KEY, GOOGLE_TOKEN, AZURE, ARTIFACTORY, ARTIFACTORY_TOKEN, NEXUS, ZOT,
)
