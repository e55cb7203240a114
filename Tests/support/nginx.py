"""A real nginx in front of a registry, as Harbor has it: TLS and HTTP/2."""

import shutil
import socket
import subprocess
from pathlib import Path

from support.server_process import ServerProcess
from support.waiting import wait_for

PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin")

CONFIG = """
daemon off;
user root;
pid {directory}/pid;
error_log {directory}/error.log warn;
events {{}}
http {{
  access_log off;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  server {{
    listen {address} ssl http2;
    ssl_certificate {certificate.cert_file};
    ssl_certificate_key {certificate.key_file};
    client_max_body_size 0;
    {settings}
    location / {{
      proxy_pass http://{target};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


class Nginx(ServerProcess):
    """Runs inside a `with` block, for the registry at `target` (HOST:PORT). `settings` are directives of the server."""

    def __init__(self, directory, name, target, certificate, settings=""):
        self.directory = Path(directory)
        with socket.socket() as probe:
            probe.bind((socket.gethostbyname(name), 0))
            address, self.port = probe.getsockname()
        self.host = f"{name}:{self.port}"
        self._config = self.directory / "nginx.conf"
        self._config.write_text(CONFIG.format(
            directory=self.directory, address=f"{address}:{self.port}", certificate=certificate, target=target,
            settings=settings))

    def start(self):
        assert PROGRAM, "nginx is missing: apt-get install nginx"
        self._process = subprocess.Popen([PROGRAM, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        wait_for(self._listens, "nginx listens")
        return self

    def _listens(self):
        assert self._process.poll() is None, (self.directory / "error.log").read_text()
        with socket.socket() as probe:
            name, port = self.host.split(":")
            return probe.connect_ex((name, int(port))) == 0
