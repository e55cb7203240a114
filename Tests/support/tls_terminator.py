"""A TLS terminator: accepts TLS, and forwards the bytes to a server without TLS."""

import socket
import ssl

from support.delay_proxy import DelayProxy


class TLSTerminator(DelayProxy):
    """Listens at `name`, on a free port, inside a `with` block; `target` is HOST:PORT."""

    def __init__(self, name, target, certificate):
        super().__init__(target, delay=0)
        self.name = name
        self.listens_at = socket.gethostbyname(name)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate.cert_file, certificate.key_file)
        # A client may refuse our certificate.
        self._loop.set_exception_handler(lambda *_: None)

    @property
    def host(self):
        return f"{self.name}:{self.port}"
