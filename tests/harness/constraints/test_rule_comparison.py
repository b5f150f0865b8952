"""The comparison of a catalog's expression with the rule: weaker, stronger, both, or equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from fixtures.constraints.compare_check_with_rule import compare_predicate
from fixtures.constraints.constraint_catalog import ConstraintState, find_constraint, lookalikes
from fixtures.core.errors import HarnessError, SubjectError
from fixtures.paperclip.closed_state import CLOSED_STATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.connection_type import Connection

TABLE = sql.Identifier(CLOSED_STATE.table)


@pytest.fixture
def bare(phases: Phases) -> Iterator[Connection]:
    """Connect to a database in which nothing guards the table yet."""
    with phases.connection("before", CLOSED_STATE) as conn:
        yield conn


def _checked(conn: Connection, expression: str) -> ConstraintState:
    conn.execute(
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({}) NOT VALID").format(
            TABLE,
            sql.Identifier(CLOSED_STATE.name),
            sql.SQL(expression),
        )
    )
    [state] = find_constraint(conn, CLOSED_STATE.name)
    return state


SAME = {
    "as written": CLOSED_STATE.predicate,
    "turned round": "status = 'cleanup_failed' OR closed_at IS NULL OR status = 'archived'",
    "de morgan": "NOT (closed_at IS NOT NULL AND status NOT IN ('archived', 'cleanup_failed'))",
    "case": "CASE WHEN closed_at IS NULL THEN true ELSE status IN ('archived', 'cleanup_failed') END",
    "null for true": "closed_at IS NULL OR nullif(status = ANY ('{archived,cleanup_failed}'), true) IS NULL",
    "what has a default": f"({CLOSED_STATE.predicate}) AND id IS NOT NULL AND company_id IS NOT NULL",
    "table named": "execution_workspaces.closed_at IS NULL OR status ~ '^(archived|cleanup_failed)$'"
    " AND status !~ '\\n'",
}
OTHER = {
    "list cut": ("closed_at IS NULL OR status = 'archived'", "stronger"),
    "and for or": ("closed_at IS NULL AND status IN ('archived', 'cleanup_failed')", "stronger"),
    "list longer": ("closed_at IS NULL OR status IN ('archived', 'cleanup_failed', 'closed')", "weaker"),
    "any case": ("closed_at IS NULL OR lower(status) IN ('archived', 'cleanup_failed')", "weaker"),
    "trimmed": ("closed_at IS NULL OR btrim(status) IN ('archived', 'cleanup_failed')", "weaker"),
    "like": ("closed_at IS NULL OR status = 'archived' OR status LIKE 'cleanup_failed'", "weaker"),
    "null lets in": (
        "closed_at IS NULL OR nullif(status IN ('archived', 'cleanup_failed'), false)",
        "weaker",
    ),
    "mode exempt": (f"{CLOSED_STATE.predicate} OR mode <> 'isolated_workspace'", "weaker"),
    "two exempt": (
        f"{CLOSED_STATE.predicate} OR mode = 'shared_workspace' AND strategy_type <> 'git_worktree'",
        "weaker",
    ),
    "metadata exempt": (f"{CLOSED_STATE.predicate} OR metadata ->> 'status' IS NOT NULL", "weaker"),
    "default exempt": (f"{CLOSED_STATE.predicate} OR opened_at > closed_at", "weaker"),
    "time": (f"{CLOSED_STATE.predicate} OR closed_at < now() - interval '7 days'", "weaker"),
    "other column": ("cleanup_eligible_at IS NULL OR status IN ('archived', 'cleanup_failed')", "both"),
    "negated": ("closed_at IS NOT NULL OR status IN ('archived', 'cleanup_failed')", "both"),
}


@pytest.mark.parametrize("expression", SAME.values(), ids=SAME)
def test_the_rule_in_other_words_is_equal(bare: Connection, expression: str) -> None:
    comparison = compare_predicate(bare, _checked(bare, expression), CLOSED_STATE)

    assert comparison.equal, comparison.sentence
    assert comparison.rows >= len(CLOSED_STATE.states)


@pytest.mark.parametrize(("expression", "relation"), OTHER.values(), ids=OTHER)
def test_another_rule_is_told_by_a_row(bare: Connection, expression: str, relation: str) -> None:
    comparison = compare_predicate(bare, _checked(bare, expression), CLOSED_STATE)

    found = {"weaker": comparison.weaker, "stronger": comparison.stronger}
    assert [kind for kind in found if found[kind]] == ([*found] if relation == "both" else [relation])
    assert CLOSED_STATE.describe([*comparison.weaker, *comparison.stronger][0]) in comparison.sentence


def test_an_expression_that_fails_on_a_row_is_the_subjects_fault(bare: Connection) -> None:
    with pytest.raises(SubjectError, match="fails with 22P02"):
        compare_predicate(bare, _checked(bare, "status::integer > 0"), CLOSED_STATE)


def test_only_a_check_on_a_table_can_be_compared(bare: Connection) -> None:
    [key] = find_constraint(bare, f"{CLOSED_STATE.table}_pkey")

    with pytest.raises(HarnessError, match="only the expression of a CHECK"):
        compare_predicate(bare, key, CLOSED_STATE)


def test_a_constraint_is_found_wherever_it_stands(bare: Connection) -> None:
    bare.execute("CREATE SCHEMA elsewhere")
    for table in ("elsewhere.same", "public.other"):
        statement = f"CREATE TABLE {table} (x text, y text, CONSTRAINT {CLOSED_STATE.name} CHECK (y <> '') NO INHERIT)"
        bare.execute(sql.SQL(statement))

    found = find_constraint(bare, CLOSED_STATE.name)

    assert [(s.schema, s.table, s.columns) for s in found] == [
        ("public", "other", ("y",)),
        ("elsewhere", "same", ("y",)),
    ]
    assert all(state.connoinherit and state.convalidated and state.conenforced for state in found)


def test_a_constraint_tells_whether_it_is_validated(bare: Connection) -> None:
    state = _checked(bare, "closed_at IS NULL OR true")

    assert (state.contype, state.kind, state.convalidated) == ("c", "table", False)
    assert state.definition.endswith("NOT VALID")


def test_lookalikes_are_told_apart(bare: Connection) -> None:
    _checked(bare, CLOSED_STATE.predicate)
    bare.execute("CREATE DOMAIN some_text AS text CONSTRAINT anything CHECK (VALUE <> 'nothing')")
    bare.execute(sql.SQL("ALTER TABLE {} ALTER COLUMN status TYPE some_text").format(TABLE))
    bare.execute("""
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN NEW.closed_at := NULL; RETURN NEW; END $$
    """)
    bare.execute(sql.SQL("CREATE TRIGGER t BEFORE UPDATE ON {} EXECUTE FUNCTION keep()").format(TABLE))
    bare.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT named CHECK (name <> 'x')").format(TABLE))

    found = lookalikes(bare, CLOSED_STATE.table, CLOSED_STATE.columns)

    assert [one.kind for one in found] == ["CHECK", "trigger", "domain"]
    assert "keep()" in str(found[1])
