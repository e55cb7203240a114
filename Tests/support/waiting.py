"""Waiting for a condition, with a limit: never a fixed sleep that is hoped to be long enough."""

import time


def wait_for(condition, what, seconds=20):
    """Asks until the answer is true, and gives that answer; fails with `what` after the limit."""
    limit = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < limit, f"waited {seconds} s in vain until {what}"
        time.sleep(0.01)
