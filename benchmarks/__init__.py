"""Benchmarks beside what a user would pick instead: `tox -e bench`.

Each module here offers ``run(environment) -> Iterator[Figure]``. Both sides of a figure run in turn, in one process, on
one server, so that only their ratio has to mean anything. Nothing here is asserted in a test.
"""
