"""Load the harness also where pytest was not started with this project's options; else it came with `-p` already."""

pytest_plugins = ("fixtures.pytest_plugin",)
