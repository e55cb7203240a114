"""Runs a product of `support.registry_products`.

It is a real docker-registry behind a `ReverseProxy` with the product's host name, and a strict
token server at the product's realm.
"""

import urllib.parse

from support import registry_auth
from support.registry import Registry
from support.repository import Repository
from support.reverse_proxy import ReverseProxy, Storage
from support.token_server import TokenPolicy, TokenServer


class NamedRepository(Repository):
    """A repository of a registry whose name has no port."""

    @property
    def host(self):
        return self.address


class Deployment:
    """A product with all its servers, inside a `with` block."""

    def __init__(self, product, directory, authority, signing_authority):
        self.product = product
        self.token_server = None
        self.storage = None
        self.reverse_proxies = []
        self.ca_file = authority.ca_file
        self._authority = authority
        auth_section = self._auth(directory, signing_authority)
        self.registry = Registry(
            directory / "registry", None, auth_section, product.user.pair, authority.ca_file
        )

    def _auth(self, directory, signing_authority):
        product = self.product
        if product.is_basic:
            return registry_auth.basic(directory, [product.user])
        path = urllib.parse.urlsplit(product.realm).path
        policy = TokenPolicy(
            service=product.service, path=path, realm=product.realm, **product.policy
        )
        if product.identity_token:
            policy.refresh_tokens[product.identity_token] = product.user.name
        self.token_server = TokenServer([product.user], signing_authority, None, policy)
        return registry_auth.token(self.token_server)

    def __enter__(self):
        product = self.product
        self.registry.start()
        if product.storage:
            certificate = self._authority.server(names=(product.storage,))
            self.storage = Storage(product.storage, self.registry.api, certificate)
            self.reverse_proxies.append(self.storage)
        scheme = "http" if product.plain else "https"
        routes = {f"{scheme}://{product.host or product.registry}": {"/v2/": self.registry.host}}
        if self.token_server:
            self.token_server.start()
            realm = urllib.parse.urlsplit(product.realm)
            paths = routes.setdefault(f"{realm.scheme}://{realm.netloc}", {})
            paths[realm.path] = self.token_server.host
        self.reverse_proxies += [self._reverse_proxy(url, paths) for url, paths in routes.items()]
        for proxy in self.reverse_proxies:
            proxy.start()
        return self

    def _reverse_proxy(self, url, routes):
        parts = urllib.parse.urlsplit(url)
        secure = parts.scheme == "https"
        certificate = self._authority.server(names=(parts.hostname,)) if secure else None
        challenge = self.product.challenge
        return ReverseProxy(parts.hostname, routes, certificate, parts.port, challenge, self.storage)

    def __exit__(self, *_):
        for proxy in self.reverse_proxies:
            proxy.stop()
        if self.token_server:
            self.token_server.stop()
        self.registry.stop()

    def repository(self, path):
        return NamedRepository(
            self.registry, f"{self.product.namespace}/{path}", self.product.registry
        )

    def prepare(self, plugin):
        """Sets the plugin up to use the servers, and checks its output for the product's secrets."""
        product = self.product
        plugin.secrets += product.secrets
        if product.plain:
            plugin.configure_daemon({"insecure-registries": [product.registry]})
        for host in {product.registry, product.host or product.registry}:
            plugin.trust(host, self.ca_file)
