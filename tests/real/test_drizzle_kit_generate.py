"""What the real drizzle-kit generates next for our folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from fixtures.migrations.drizzle_folder import read_folder
from fixtures.migrations.drizzle_snapshot import checks
from fixtures.migrations.overlay import overlay

if TYPE_CHECKING:
    from fixtures.migrations.drizzle_folder import Folder
    from fixtures.migrations.reference_runners import ReferenceRunners


def test_the_next_generate_is_empty(reference_runners: ReferenceRunners, own_folder: Folder) -> None:
    assert reference_runners.generate(own_folder.path, checks(own_folder.newest_snapshot)) is None


def test_without_its_snapshot_the_constraint_is_added_again_and_validating(
    reference_runners: ReferenceRunners, own_folder: Folder, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(own_folder.path, tmp_path / "folder"))
    last = own_folder.migrations[-1]
    (folder / "meta" / f"{last.idx:04d}_snapshot.json").unlink()
    constraints = checks(own_folder.newest_snapshot)

    emitted = reference_runners.generate(folder, constraints)

    assert emitted is not None
    for constraint in constraints:
        if constraint.name in last.sql:
            assert f'ADD CONSTRAINT "{constraint.name}" CHECK ({constraint.value})' in emitted
    assert "NOT VALID" not in emitted


def test_a_schema_that_lost_the_constraint_would_drop_it(
    reference_runners: ReferenceRunners, own_folder: Folder
) -> None:
    emitted = reference_runners.generate(own_folder.path, [])

    assert emitted is not None
    assert all(f'DROP CONSTRAINT "{each.name}"' in emitted for each in checks(own_folder.newest_snapshot))


def test_the_next_generate_after_an_overlay_is_empty(
    reference_runners: ReferenceRunners, own_folder: Folder, tmp_path: Path
) -> None:
    baseline = tmp_path / "baseline"
    shutil.copytree(own_folder.path, baseline)
    first, *rest = own_folder.migrations
    for migration in rest:
        (baseline / f"{migration.tag}.sql").unlink()
        (baseline / "meta" / f"{migration.idx:04d}_snapshot.json").unlink(missing_ok=True)
    _keep_entries(baseline, 1)

    result = overlay(read_folder(baseline), own_folder, [each.tag for each in rest], tmp_path / "overlaid")

    assert reference_runners.generate(result.path, checks(own_folder.newest_snapshot)) is None
    assert first.tag in {each.tag for each in result.migrations}


def _keep_entries(folder: Path, count: int) -> None:
    import json

    path = folder / "meta" / "_journal.json"
    journal = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**journal, "entries": journal["entries"][:count]}), encoding="utf-8")
