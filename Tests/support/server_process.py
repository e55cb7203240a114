"""A server that runs as a process of its own, inside a `with` block."""


class ServerProcess:
    """A subclass has a `start` that sets `_process` and returns self."""

    _process = None

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
