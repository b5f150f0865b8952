"""Load the harness; everything that pytest needs to know stands in the plugin."""

pytest_plugins = ("fixtures.pytest_plugin",)
