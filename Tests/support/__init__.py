"""What the integration tests use: real servers, tiny images and the built plugin.

Nothing here depends on a particular test. Every server binds to a free port of the tests' own
network and keeps its files in the directory that it is given.
"""
