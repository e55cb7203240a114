"""What the integration tests stand on: real servers on loopback, tiny images, the built plugin.

Nothing here knows about a single test. Every server binds to a free loopback port and keeps its
files in a directory that it is given.
"""
