from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from fixtures.report.mask_evidence_secrets import cleaned, redacted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.rehearsal.evidence import Evidence


@pytest.mark.parametrize(
    "text",
    [
        "could not connect to postgresql://app:S3cret@db.internal:5432/prod",
        "postgres://app:S3cret@db.internal/prod?sslmode=require",
        "https://app:S3cret@registry.internal/",
        "FATAL: host=db.internal port=5432 dbname=prod user=app password=S3cret",
        "password='S3cret with \\' quotes S3cret'",
        'password="S3cret"',
        "PGPASSWORD=S3cret psql",
        "pytest --postgresql-password S3cret --rows 20000",
        "pytest --postgresql-password=S3cret",
        "ALTER ROLE app PASSWORD 'S3cret'",
        "DB_PASSWORD: S3cret",
    ],
)
def test_neither_password_nor_host_of_a_connection_is_left(
    make_evidence: Callable[..., Evidence], text: str
) -> None:
    evidence = make_evidence()
    step = msgspec.structs.replace(evidence.steps[0], output=f"psql:\n{text}")

    left = cleaned(msgspec.structs.replace(evidence, steps=(step,))).steps[0].output

    assert "S3cret" not in left
    assert "db.internal" not in left


@pytest.mark.parametrize(
    "text",
    [
        "deploy: a reader waited 840 ms (limit 500 ms); set lock_timeout",
        "UPDATE public.execution_workspaces SET status = 'archived' WHERE closed_at IS NOT NULL",
        "psql -v rows=20000 -f sql/rollout/closed_state/3_backfill.sql",
        "https://www.postgresql.org/docs/18/explicit-locking.html",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert redacted(text) == text


def test_a_known_password_goes_wherever_it_stands(make_evidence: Callable[..., Evidence]) -> None:
    evidence = msgspec.structs.replace(make_evidence(), reproduce="psql hunter2 hunter22")

    assert cleaned(evidence, ["hunter2"]).reproduce == "psql … hunter22"


def test_where_the_checkout_lies_is_not_told(
    make_evidence: Callable[..., Evidence], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    evidence = msgspec.structs.replace(make_evidence(), subject=f"{tmp_path}/sql/migrations, /elsewhere/sql")

    assert cleaned(evidence).subject == "sql/migrations, /elsewhere/sql"


def test_hidden_characters_are_shown(make_evidence: Callable[..., Evidence]) -> None:
    evidence = msgspec.structs.replace(make_evidence(), subject="sql/\u202efolder\x1b[31m\nnext\tline")

    assert cleaned(evidence).subject == "sql/\\u202efolder\\x1b[31m\nnext    line"


def test_cleaning_what_is_clean_changes_nothing(make_evidence: Callable[..., Evidence]) -> None:
    evidence = make_evidence(("note", "a", "b"))

    assert cleaned(evidence) == evidence
