"""The constraint applies on top of each state that production could be in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fixtures.core.errors import SubjectError
from fixtures.migrations.constraint_on_every_prefix import upgrades

if TYPE_CHECKING:
    from fixtures.constraints import ConstraintSpec
    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.databases import Databases


def test_constraint_lands_on_every_prefix_that_has_the_table(
    databases: Databases, phases: Phases, spec: ConstraintSpec
) -> None:
    trace = phases.trace_migrations.traces[spec.name]

    tried = list(upgrades(databases, phases.subject, trace))
    wrong = [f"on top of {one.after}, {one.runner}: {one.problem}" for one in tried if one.problem]

    assert tried
    if wrong:
        raise SubjectError("\n".join(wrong), finding="lands-on-no-prefix")
