"""Every write path in every phase gives the answers that its table says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.migrations.phase_databases import PHASES
from fixtures.write_paths.write_path import PATHS
from fixtures.write_paths.write_path_trials import judge_write_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from fixtures.core.tried_counts import Tally
    from fixtures.migrations.phase_databases import Phase
    from fixtures.write_paths.write_context import WriteContext
    from fixtures.write_paths.write_path import WritePath
    from fixtures.write_paths.write_path_trials import Attempt


# Those that need another server come first and together: one worker alone may start it, and none waits for them at the end.
_IN_ORDER = sorted(PATHS, key=lambda path: path.where != "subscriber")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("path", _IN_ORDER, ids=lambda path: path.name)
def test_write_path_gives_the_answers_of_its_table(
    writer: Callable[[str, Phase], AbstractContextManager[tuple[WriteContext, Attempt]]],
    tally: Tally, path: WritePath, phase: Phase,
) -> None:  # fmt: skip
    with writer(path.where, phase) as (context, attempt):
        answered = attempt(path)
        tally.count_write_path(path.name, phase, [one.verdict.accepted for one in answered])

        judge_write_path(path, context, answered)
