from __future__ import annotations

import pytest

from fixtures.pytest_plugin.rehearsal_plugin import reproducing


@pytest.mark.parametrize(
    ("args", "tox", "command"),
    [
        (["tests/rollout"], True, "tox -e rollout"),
        (["tests/rollout"], False, "pytest tests/rollout"),
        (["tests/rollout", "--report", "out", "--rows", "9"], True, "tox -e rollout -- --rows 9"),
        (["--report=out", "--rows=9"], False, "pytest tests/rollout --rows=9"),
        (["--postgresql-password", "secret", "--postgresql-host", "db"], True,
         "tox -e rollout -- --postgresql-host db"),
        (["--postgresql-password=secret", "-k", "a b"], True, "tox -e rollout -- -k 'a b'"),
    ],
)  # fmt: skip
def test_command_has_the_options_and_neither_places_nor_passwords(
    args: list[str], *, tox: bool, command: str
) -> None:
    assert reproducing(args, tox=tox) == command
