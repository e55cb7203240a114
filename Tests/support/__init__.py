"""What the integration tests stand on: real servers, tiny images, the built plugin.

Nothing here knows about a single test. Every server binds to a free port of the tests' own network
and keeps its files in a directory that it is given.
"""
