"""Waits for a condition, up to a limit, instead of sleeping for a fixed time."""

import time


def wait_for(condition, what, seconds=20):
    """Waits until `condition()` is true and returns its value; fails with `what` after the limit."""
    limit = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < limit, f"after {seconds} s it is still not true that {what}"
        time.sleep(0.01)
