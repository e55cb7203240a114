"""A real docker-registry on a free port, with its files in a directory of its own.

It uses plain HTTP, or TLS with a given certificate. It is open, or has an `auth` section from
`registry_auth`.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from support.access_log import AccessLog
from support.registry_api import RegistryAPI
from support.server_process import ServerProcess
from support.waiting import wait_for


class Registry(ServerProcess):
    """Runs from `start()` to `stop()`, or inside a `with` block.

    `credentials` and `ca_file` are for the tests' own client (`api`).
    """

    def __init__(self, directory, certificate=None, auth=None, credentials=None, ca_file=None):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.ca_file = ca_file
        self._certificate = certificate
        self._auth = auth
        self._credentials = credentials
        self._structured_log = self.directory / "registry.log"
        self._apache_log = self.directory / "access.log"
        self.log = AccessLog(self._structured_log, self._apache_log)
        self.port = None
        self.api = None

    @property
    def host(self):
        """The registry in a reference, such as 127.0.0.1:5000."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"{'https' if self._certificate else 'http'}://{self.host}"

    def start(self):
        config = self.directory / "config.yml"
        config.write_text(json.dumps(self._configuration(), indent=2))  # JSON is YAML too.
        program = shutil.which("docker-registry")
        assert program, "docker-registry is missing: apt-get install docker-registry"
        with self._structured_log.open("wb") as err, self._apache_log.open("wb") as out:
            self._process = subprocess.Popen(
                [program, "serve", str(config)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env={"PATH": os.defpath, "TZ": "UTC"},
            )
        self.port = wait_for(self._port_from_log, "docker-registry listens")
        self.api = RegistryAPI(self.url, self._credentials, self.ca_file)
        return self

    def tags(self, repository):
        return self.api.tags(repository)

    def manifest(self, repository, reference):
        return self.api.manifest(repository, reference)

    def _port_from_log(self):
        log = self._structured_log.read_text()
        assert self._process.poll() is None, f"docker-registry ended:\n{log}"
        found = re.search(r"listening on \[::\]:(\d+)", log)
        return found and int(found[1])

    def _configuration(self):
        http = {"addr": ":0", "secret": "one registry, one secret"}
        if self._certificate:
            http["tls"] = {
                "certificate": str(self._certificate.cert_file),
                "key": str(self._certificate.key_file),
            }
        configuration = {
            "version": "0.1",
            "log": {"level": "info", "formatter": "json", "accesslog": {"disabled": False}},
            "storage": {"filesystem": {"rootdirectory": str(self.directory / "storage")}},
            "http": http,
        }
        if self._auth:
            configuration["auth"] = self._auth
        return configuration
