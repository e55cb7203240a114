"""A real tinyproxy at an address of its own, which logs its requests."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

from support.server_process import ServerProcess
from support.waiting import wait_for

NAME = "proxy.example.com"


class Proxy(ServerProcess):
    """Runs inside a `with` block. With a `user`, it requires authentication."""

    def __init__(self, directory, port, user=None):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = port
        self._user = user
        self._log = self.directory / "tinyproxy.log"

    @property
    def host(self):
        return f"{NAME}:{self.port}"

    def start(self):
        lines = [
            f"Port {self.port}", f"Listen {socket.gethostbyname(NAME)}", "Timeout 30",
            f'LogFile "{self._log}"', "LogLevel Connect", "MaxClients 50", "DisableViaHeader Yes",
        ]
        if self._user:
            lines.append("BasicAuth {} {}".format(*self._user.pair))
        config = self.directory / "tinyproxy.conf"
        config.write_text("\n".join(lines) + "\n")
        program = shutil.which("tinyproxy")
        assert program, "tinyproxy is missing: apt-get install tinyproxy"
        self._log.touch()
        self._process = subprocess.Popen([program, "-d", "-c", str(config)])
        wait_for(self._listens, "tinyproxy listens")
        return self

    def mark(self):
        return len(self._log.read_text())

    def since(self, mark):
        """The requests after the mark, as "METHOD TARGET"."""
        text = self._log.read_text()[mark:]
        return re.findall(r"Request \(file descriptor \d+\): (\S+ \S+)", text)

    def _listens(self):
        assert self._process.poll() is None, self._log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex((NAME, self.port)) == 0
