"""The decision for every row: its verdicts by kind of expression, and the proof held against brute force."""

from __future__ import annotations

import dataclasses
import re
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.constraints import expression_cells, rule_equivalence, text_automata
from fixtures.constraints.constraint_catalog import parsed_as_check
from fixtures.constraints.expression_cells import Column
from fixtures.constraints.regex_syntax import parse_regex, search
from fixtures.constraints.rule_equivalence import decide, decide_by_cells, decide_predicate, same_answers
from fixtures.constraints.text_automata import CharSet, chars, matching
from fixtures.core.errors import HarnessError
from fixtures.mutants.mutant_catalogue import ROOT
from fixtures.paperclip.closed_state import CLOSED_STATE
from fixtures.postgres.sql_file import queries_beside
from fixtures.rehearsal.rollout_scripts import find_rollout
from fixtures.rows.restrict_spec_to_table import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fixtures.migrations.phase_databases import Phases
    from fixtures.postgres.connection_type import Connection

RULE = f"({CLOSED_STATE.predicate})"
LIST = "('archived', 'cleanup_failed')"


@pytest.fixture(scope="module")
def bare(phases: Phases) -> Iterator[Connection]:
    """Connect to a database in which nothing guards the table yet."""
    with phases.connection("before", CLOSED_STATE) as conn:
        yield conn


PROVED = {
    "and or not": f"NOT (closed_at IS NOT NULL AND NOT status IN {LIST})",
    "truth tests": f"({RULE}) IS NOT FALSE AND (status = 'x') IS NOT UNKNOWN",
    "distinct": "closed_at IS NOT DISTINCT FROM NULL OR NOT status IS DISTINCT FROM 'archived'"
    " OR status = 'cleanup_failed'",
    "case": f"CASE status WHEN 'archived' THEN true WHEN 'cleanup_failed' THEN NOT false ELSE {RULE} END",
    "nothing in null functions": "num_nulls(closed_at) = 1 OR"
    " coalesce(array_position(ARRAY['archived', 'cleanup_failed'], coalesce(status, 'x')), 0) > 0",
    "any of a const": "closed_at IS NULL OR status = ANY (string_to_array('archived,cleanup_failed', ','))",
    "null of a cast": f"closed_at::date::text IS NULL OR status IN {LIST}",
    "an empty gap": f"{RULE} OR (closed_at > '2026-01-01 00:00+01' AND closed_at < '2026-01-01 00:00:00.000001+01')",
    "another zone": f"{RULE} OR (closed_at = '2026-01-01 00:00+01' AND closed_at <> '2025-12-31 23:00+00')",
    "last microsecond": f"{RULE} OR (closed_at > '294276-12-31 23:59:59.999999+00' AND closed_at < 'infinity')",
    "finite or not": f"{RULE} OR isfinite(closed_at) AND closed_at IN ('infinity', '-infinity')",
    "arrays": "closed_at IS NULL OR ARRAY[status] <@ ARRAY['archived', 'cleanup_failed']",
    "bits": f"closed_at IS NULL OR bit_length(status) BETWEEN 64 AND 112 AND status IN {LIST}",
    "infinity": f"{RULE} OR closed_at < '-infinity' OR closed_at > 'infinity'",
    "column that cannot be null": f"{RULE} OR id IS NULL OR status IS NULL",
    "order of columns": f"{RULE} OR (closed_at < opened_at AND opened_at < created_at AND created_at < closed_at)",
    "numbers of answers": f"(closed_at IS NOT NULL)::integer <= (status IN {LIST})::integer",
    "pattern": "closed_at IS NULL OR status ~ '^(?:archived|cleanup_failed)$'",
    "pattern without case": "closed_at IS NULL OR (status ~* '^(archived|cleanup_failed)$' AND status = lower(status))",
    "length": f"closed_at IS NULL OR (status IN {LIST} AND length(status) < 5000)",
    "parts": "closed_at IS NULL OR (left(status, -4) || '!' = 'arch!' AND right(status, 4) = 'ived')"
    " OR status = 'cleanup_failed'",
    "reverse": "closed_at IS NULL OR reverse(status) IN ('devihcra', 'deliaf_punaelc')",
    "starts": f"{RULE} OR (starts_with(status, 'x') AND status = 'y')",
    "like without case": f"{RULE} AND (closed_at IS NULL OR status ILIKE '%E%')",
    "escape": f"{RULE} OR (status LIKE 'cleanup\\_failed' AND status <> 'cleanup_failed')",
    "replaced": f"{RULE} OR replace(status, '_', '-') = 'cleanup_failed'",
    "function for a pattern": f"{RULE} OR (regexp_like(status, '^a') AND status LIKE 'b%')",
    "part of it": "closed_at IS NULL OR substr(status, 1, 15) = 'cleanup_failed' OR status = 'archived'",
    "without the first": f"{RULE} OR (right(status, -1) = 'a' AND left(status, 1) = 'b' AND length(status) = 1)",
    "reversed pattern": "closed_at IS NULL OR reverse(status) ~ '^(devihcra|deliaf_punaelc)$'",
    "any of patterns": "closed_at IS NULL OR status ~ ANY (ARRAY['^archived$', '^cleanup_failed$'])",
    "rows": "closed_at IS NULL OR (status, mode) = ('archived', mode) OR status = 'cleanup_failed'",
    "row of nulls": f"{RULE} OR ROW(id, status) IS NULL",
    "case without else": f"CASE WHEN {RULE} THEN true END IS NOT NULL",
    "negated numbers": f"-(closed_at IS NOT NULL)::integer >= -(status IN {LIST})::integer",
    "order of a call": f"{RULE} OR lower(status) COLLATE \"C\" < ''",
    "classes": f"closed_at IS NULL OR (status ~ '^\\w+$' AND status IN {LIST})",
}
REFUTED = {
    "length": f"{RULE} OR length(status) = 37",
    "long": f"{RULE} AND length(status) < 5000",
    "reverse": f"{RULE} OR reverse(status) = 'nwod_dnuow'",
    "dot in a pattern": "closed_at IS NULL OR status ~ '^(archived|cleanup.failed)$'",
    "no anchor": "closed_at IS NULL OR status ~ '^(archived|cleanup_failed)'",
    "case": f"closed_at IS NULL OR lower(status) IN {LIST}",
    "dotless": "closed_at IS NULL OR (upper(status) = 'ARCHIVED' AND status ~ '^[[:lower:]]+$')"
    " OR status = 'cleanup_failed'",
    "trim": f"closed_at IS NULL OR rtrim(status) IN {LIST}",
    "translate": "closed_at IS NULL OR translate(status, '_-', '') IN ('archived', 'cleanupfailed')",
    "cut": f"{RULE} OR status::varchar(8) = 'archived'",
    "one microsecond": f"{RULE} OR (closed_at > '2026-01-01 00:00+01' AND closed_at < '2026-01-01 00:00:00.000002+01')",
    "a microsecond of the last days": f"{RULE} OR (closed_at > '294276-12-05 00:00+00'"
    " AND closed_at < '294276-12-05 00:00:00.000002+00')",
    "two of the last microseconds": f"{RULE} OR (closed_at > opened_at AND closed_at < 'infinity'"
    " AND opened_at > '294276-12-31 23:59:59.999997+00')",
    "not finite": f"{RULE} AND (closed_at IS NULL OR isfinite(closed_at))",
    "arrays": "closed_at IS NULL OR ARRAY[status, mode] && ARRAY['archived', 'cleanup_failed']",
    "before all": f"{RULE} OR closed_at < '4714-11-24 00:00:00.000001+00 BC'",
    "order": f"{RULE} OR (status COLLATE \"C\" > 'archived' AND status COLLATE \"C\" < 'archived!')",
    "unknown lets in": "closed_at IS NULL OR status IN ('archived', 'cleanup_failed', NULL)",
    "other column": f"{RULE} OR mode = 'nobody'",
    "two columns": f"{RULE} OR opened_at > closed_at",
    "an id": f"{RULE} OR id = '00000000-0000-0000-0000-00000000ffff'",
    "greatest": f"{RULE} OR greatest(status, 'b') = 'b'",
}
UNDECIDABLE = {
    "digest": (f"{RULE} OR md5(status) LIKE '0000%'", "function md5"),
    "stable": (f"{RULE} OR closed_at < now()", "function now"),
    "zone": (f"{RULE} OR date_trunc('day', closed_at, 'UTC') = closed_at", "function date_trunc"),
    "nested": (f"{RULE} OR {'NOT (' * 1000}status = 'x'{')' * 1000}", "nested too deeply"),
    "nested pattern": (f"{RULE} OR status ~ '{'(' * 1000}x{')' * 1000}'", "nested too deeply"),
    "role": (f"{RULE} OR current_user = 'nobody'", "CURRENT_USER"),
    "own function": (f"{RULE} OR public.own(status)", "function public.own"),
    "own operator": (f"{RULE} OR status OPERATOR(public.===) 'x'", "operator public.==="),
    "own type": (f"{RULE} OR status::public.short = 'x'", "type public.short"),
    "back reference": (f"{RULE} OR status ~ '(.)\\1{{9}}'", r"\\1"),
    "lookahead": (f"{RULE} OR status ~ '^x(?=y)'", "lookaround"),
    "document": (f"{RULE} OR metadata ->> 'status' = 'x'", "operator ->>"),
    "arithmetic of a length": (f"{RULE} OR length(status) % 977 = 3", "operator %"),
    "a huge length": (f"{RULE} AND length(status) < 1000000", "a length of 1000000"),
    "two calls": (f"{RULE} OR lower(status) = lower(mode)", "two values that functions returned"),
    "array of columns": (f"{RULE} OR ARRAY[status, mode] = ARRAY['a', 'b']", "an array of columns"),
    "pattern in a column": (f"{RULE} OR status ~ mode", "a pattern that is no constant"),
    "cast of a text": (f"{RULE} OR status::integer = 1", "a cast from text to integer"),
    "too many repeats": (f"{RULE} OR status ~ '((a{{50}}){{50}}){{50}}'", "too many cases"),
    "whole row": (f"{RULE} OR execution_workspaces IS NULL", "the whole row"),
}


@pytest.fixture(scope="module")
def with_own_objects(bare: Connection) -> Connection:
    """Add a function, an operator and a type that are not Postgres's own."""
    bare.execute("CREATE FUNCTION public.own(text) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN $1 = 'x'")
    bare.execute("""
        CREATE FUNCTION public.own(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN $1 = 'y';
        CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = public.own);
        CREATE DOMAIN public.short AS text
    """)
    return bare


@pytest.mark.parametrize("predicate", PROVED.values(), ids=PROVED)
def test_the_rule_in_other_words_is_proved(bare: Connection, predicate: str) -> None:
    decided = decide(bare, parsed_as_check(bare, CLOSED_STATE.table, predicate), CLOSED_STATE)

    assert decided.proved, decided.sentence
    assert decided.cells >= 18


@pytest.mark.parametrize("predicate", REFUTED.values(), ids=REFUTED)
def test_another_rule_is_refuted_by_a_row_that_the_server_confirms(bare: Connection, predicate: str) -> None:
    state = parsed_as_check(bare, CLOSED_STATE.table, predicate)

    decided = decide_by_cells(bare, state, CLOSED_STATE)

    assert decided.verdict == "refuted", decided.sentence
    assert decided.row is not None
    assert decided.accepted is not CLOSED_STATE.holds(decided.row)


@pytest.mark.parametrize(("predicate", "obstacle"), UNDECIDABLE.values(), ids=UNDECIDABLE)
def test_what_cannot_be_decided_is_named(with_own_objects: Connection, predicate: str, obstacle: str) -> None:
    state = parsed_as_check(with_own_objects, CLOSED_STATE.table, predicate)

    decided = decide_by_cells(with_own_objects, state, CLOSED_STATE)

    assert decided.verdict == "undecidable", decided.sentence
    assert obstacle.replace(r"\\", "\\") in (decided.obstacle or "")


def test_rule_of_the_operators_scripts_is_the_rule(bare: Connection) -> None:
    text = (find_rollout(ROOT, CLOSED_STATE).path / "rule.sql").read_text("utf-8")
    [rule] = re.findall(r"^\\set rule '(.+)'$", text, re.MULTILINE)

    decided = decide_predicate(bare, rule.replace("''", "'"), CLOSED_STATE)

    assert decided.proved, decided.sentence


ENUM = "status TYPE public.label USING 'idle'::public.label"
SECOND = "closed_at > '2026-01-01+00' AND closed_at < '2026-01-01 00:00:01+00'"
MILLISECOND = "closed_at > '2026-01-01+00' AND closed_at < '2026-01-01 00:00:00.001+00'"
ON_OTHER_TYPES = {
    "varchar": ("status TYPE varchar(20)", "closed_at IS NULL OR status ~ '^(archived|cleanup_failed)$'", "proved"),
    "longer than it can be": ("status TYPE varchar(20)", f"{RULE} OR length(status) = 21", "proved"),
    "as long as it can be": ("status TYPE varchar(20)", f"{RULE} OR length(status) = 20", "refuted"),
    "enum": (ENUM, "closed_at IS NULL OR status NOT IN ('idle', 'active', 'in_review')", "proved"),
    "enum in order": (ENUM, "closed_at IS NULL OR status > 'archived'", "refuted"),
    "enum as a text": (ENUM, "closed_at IS NULL OR upper(status::text) || '' LIKE '%ED'", "proved"),
    "domain": ("status TYPE public.known", RULE, "proved"),
    "domain, another rule": ("status TYPE public.known", f"{RULE} OR status = 'idle'", "refuted"),
    "domain, another rule for what it refuses": ("status TYPE public.known", f"{RULE} OR status = 'none'", "undecidable"),
    "domain over a domain": ("status TYPE public.v14", f"{RULE} OR length(status) > 14", "proved"),
    "domain as long as it can be": ("status TYPE public.v14", f"{RULE} OR length(status) = 14", "refuted"),
    "refuses a NULL that the rule takes": ("status DROP NOT NULL", f"closed_at IS NULL OR coalesce(status IN {LIST}, false)", "proved"),
    "no zone": ("closed_at TYPE timestamp", f"{RULE} OR ({SECOND})", "refuted"),
    "milliseconds": ("closed_at TYPE timestamptz(3)", f"{RULE} OR ({MILLISECOND})", "proved"),
    "seconds": ("closed_at TYPE timestamptz(0)", f"{RULE} OR closed_at > '294276-12-31 23:59:58+00' AND isfinite(closed_at)", "refuted"),
    "date": ("closed_at TYPE date", f"{RULE} OR (closed_at > '2026-01-01' AND closed_at < '2026-01-02')", "proved"),
    "next date": ("closed_at TYPE date", f"{RULE} OR (closed_at > '2026-01-01' AND closed_at < '2026-01-03')", "refuted"),
    "integer": ("mode DROP NOT NULL, ADD n integer", f"{RULE} OR coalesce(n > 5 AND n < 6, false)", "proved"),
    "next integer": ("mode DROP NOT NULL, ADD n integer", f"{RULE} OR coalesce(n > 5 AND n < 7, false)", "refuted"),
    "wider integer": ("mode DROP NOT NULL, ADD n smallint", f"{RULE} OR coalesce(n::bigint > 32767, false)", "proved"),
    "boolean": ("mode DROP NOT NULL, ADD b boolean", f"{RULE} OR coalesce(b AND NOT b, false)", "proved"),
    "generated": ("mode DROP NOT NULL, ADD low text GENERATED ALWAYS AS (lower(status)) STORED", f"{RULE} OR low = 'x'",
                  "undecidable"),
    "system column": ("mode DROP NOT NULL", f"{RULE} OR tableoid = 1", "undecidable"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "predicate", "verdict"), ON_OTHER_TYPES.values(), ids=ON_OTHER_TYPES)
def test_column_of_another_type_is_decided(
    bare: Connection, change: str, predicate: str, verdict: str
) -> None:
    with bare.transaction(force_rollback=True):
        bare.execute(
            "CREATE TYPE public.label AS ENUM ('idle', 'active', 'in_review', 'archived', 'cleanup_failed')"
        )
        bare.execute("CREATE DOMAIN public.known AS text CHECK (VALUE <> 'none')")
        bare.execute(
            "CREATE DOMAIN public.v AS varchar(14); CREATE DOMAIN public.v14 AS public.v CHECK (VALUE <> '')"
        )
        bare.execute("TRUNCATE execution_workspaces CASCADE")
        bare.execute(f"ALTER TABLE execution_workspaces ALTER status DROP DEFAULT, ALTER {change}")
        state = parsed_as_check(bare, CLOSED_STATE.table, predicate)

        decided = decide(bare, state, fit(bare, CLOSED_STATE))

    assert decided.verdict == verdict, decided.sentence


def test_a_function_that_looks_like_postgres_own_is_not_taken_for_it(bare: Connection) -> None:
    with bare.transaction(force_rollback=True):
        bare.execute(
            "CREATE FUNCTION public.btrim(varchar) RETURNS text IMMUTABLE LANGUAGE sql RETURN 'archived'"
        )
        state = parsed_as_check(
            bare, CLOSED_STATE.table, "closed_at IS NULL OR btrim(status::varchar) = 'archived'"
        )

        decided = decide_by_cells(bare, state, CLOSED_STATE)

    assert decided.obstacle == "the function public.btrim"


# --- the proof itself ----------------------------------------------------------------------------------------

TEXTS = ("a", "b", "ab", "")
TIMES = ("2026-01-01 00:00:00+00", "2026-01-01 00:00:00.000001+00", "infinity")
COMPARISON = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def _quoted(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(values).map("'{}'".format)


TEXT_VALUE = st.recursive(
    st.just('status COLLATE "C"') | _quoted(TEXTS),
    lambda inner: (
        st.builds("nullif({}, {})".format, inner, inner)
        | st.builds("coalesce({}, {})".format, inner, inner)
        | st.builds("CASE WHEN closed_at IS NULL THEN {} ELSE {} END".format, inner, inner)
    ),
    max_leaves=3,
)
TEXT_CALL = st.sampled_from(
    ["lower(status)", "btrim(status, 'a')", "left(status, 1)", "right(status, 1)", "reverse(status)",
     "status || 'b'", "substr(status, 2)", "translate(status, 'a', 'b')", "left(status, -1)"]
)  # fmt: skip
CONDITION = st.recursive(
    st.one_of(
        st.builds("({} {} {})".format, TEXT_VALUE, COMPARISON, TEXT_VALUE),
        st.builds("({} = {})".format, TEXT_CALL, _quoted(TEXTS)),
        st.builds("(closed_at {} {})".format, COMPARISON, _quoted(TIMES)),
        st.builds("(length(status) {} {})".format, COMPARISON, st.integers(0, 3)),
        st.builds("(strpos(status, 'b') {} {})".format, COMPARISON, st.integers(0, 2)),
        st.builds("(status ~ '{}')".format, st.sampled_from(["^a", "b$", "^a*$", "[^a]", "a|^$", "(ab)+"])),
        st.builds("(status LIKE '{}')".format, st.sampled_from(["a%", "_", "%b", "a_%"])),
        st.builds("(closed_at {} opened_at)".format, COMPARISON),
        st.sampled_from(["(closed_at IS NULL)", "(status IS NOT NULL)", "NULL::boolean", "true"]),
    ),
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner)
        | st.builds("({} OR {})".format, inner, inner)
        | st.builds("(NOT {})".format, inner)
        | st.builds("({} IS UNKNOWN)".format, inner)
        | st.builds("({} IS DISTINCT FROM {})".format, inner, inner)
    ),
    max_leaves=5,
)
EVERY_TEXT = ["".join(letters) for n in range(4) for letters in product("abAx", repeat=n)]
EVERY_TIME = [None, "-infinity", "2025-12-31 23:59:59.999999+00", *TIMES, "2026-01-01 00:00:00.000002+00"]


def _differ_somewhere(conn: Connection, one: str, other: str) -> bool:
    """Compare two expressions on every row of a small table, by the server alone."""
    [(differ,)] = conn.execute(
        f"SELECT bool_or((({one}) IS NOT FALSE) <> (({other}) IS NOT FALSE))"
        " FROM unnest(%s::text[]) AS s (status), unnest(%s::timestamptz[]) AS c (closed_at),"
        " unnest(%s::timestamptz[]) AS o (opened_at)".replace("%s", "{}").format(
            _array(EVERY_TEXT), _array(EVERY_TIME), _array(EVERY_TIME[1:])
        )
    ).fetchall()
    return bool(differ)


def _array(values: list[Any]) -> str:
    return "ARRAY[" + ", ".join("NULL" if v is None else f"'{v}'" for v in values) + "]"


@given(one=CONDITION, other=CONDITION)
@settings(max_examples=60, deadline=None)
def test_verdict_agrees_with_brute_force(bare: Connection, one: str, other: str) -> None:
    state, rule = (parsed_as_check(bare, CLOSED_STATE.table, text) for text in (one, other))

    decided = same_answers(bare, state, rule)

    if decided.proved:
        assert not _differ_somewhere(bare, one, other)
    elif _differ_somewhere(bare, one, other):
        assert decided.verdict == "refuted" or "beside" in (decided.obstacle or "")


ATOM = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "^", "$", "(?:ab|)", "\\n", "[a-b]", "(a|b)"])
PIECE = st.builds(
    lambda atom, times: atom if atom in "^$" else atom + times,
    ATOM,
    st.sampled_from(["", "*", "+?", "?", "{2}", "{1,}", "{0,2}"]),
)
PATTERN = st.lists(PIECE, min_size=1, max_size=4).map("".join) | st.builds("{}|{}".format, PIECE, PIECE)
SUBJECTS = ["".join(letters) for n in range(4) for letters in product("ab\n", repeat=n)]


@given(pattern=PATTERN)
@settings(max_examples=150, deadline=None)
def test_automaton_of_a_pattern_matches_what_the_server_matches(bare: Connection, pattern: str) -> None:
    language = matching(search(parse_regex(pattern, lambda _: CharSet([]))))

    rows = bare.execute("SELECT t, t ~ %s FROM unnest(%s::text[]) AS x (t)", [pattern, SUBJECTS]).fetchall()

    assert [(text, text in language) for text in SUBJECTS] == rows


def _forget(name: str) -> Any:
    """Return a constructor's `_divide` that forgets one kind of division."""
    original = expression_cells.Reader._divide  # noqa: SLF001 - the mistake is planted there

    def divide(self: Any, term: Any, operator: str, value: str, collation: Any) -> None:
        if name == "constants" and term.plain and value != "archived":
            return
        if name == "order" and operator in {"<", ">"}:
            operator = "="
        if name == "lengths" and term.measure is not None:
            return
        original(self, term, operator, value, collation)

    return divide


def _wrongly(name: str, **wrong: Callable[..., Any]) -> tuple[Any, str, Any]:
    """Return a constructor of languages that makes some part of them otherwise from what it is given."""
    original = getattr(text_automata, name)

    def build(*given: Any, **named: Any) -> Any:
        parts = {part: make(*given, *named.values()) for part, make in wrong.items()}
        return dataclasses.replace(original(*given, **named), **parts)

    return text_automata, name, build


WRONG_THEOREMS = {
    "constants do not matter": (expression_cells.Reader, "_divide", _forget("constants")),
    "order does not matter": (expression_cells.Reader, "_divide", _forget("order")),
    "lengths do not matter": (expression_cells.Reader, "_divide", _forget("lengths")),
    "gaps have no rows": (
        rule_equivalence, "_QUERIES", queries_beside(rule_equivalence.__file__) | {
            "times": "SELECT t::text FROM unnest(%(constants)s::{type}[] || '{{infinity}}') AS t WHERE %(count)s > 0"
        }),
    "neighbours are alike": _wrongly("equal", sets=lambda text: [chars(text)]),
    "characters are alike": _wrongly("equal", sets=lambda _: []),
    "case maps nothing": _wrongly("mapped", step=lambda inner, mapping: inner.step),  # noqa: ARG005
    "nothing is trimmed": _wrongly("trimmed_right", accepts=lambda inner, _: lambda state: inner.accepts(state[1])),
    "anchors hold everywhere": _wrongly("matching", accepts=lambda _: lambda state: bool(state[0])),
    "null is no value": (rule_equivalence, "Column", lambda *row: dataclasses.replace(Column(*row), required=True)),
}  # fmt: skip


@pytest.mark.parametrize(("where", "name", "wrong"), WRONG_THEOREMS.values(), ids=WRONG_THEOREMS)
def test_wrong_theorem_in_the_prover_is_caught(
    bare: Connection, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, wrong: object
) -> None:
    monkeypatch.setattr(where, name, wrong)
    expected = {**dict.fromkeys(PROVED.values(), "proved"), **dict.fromkeys(REFUTED.values(), "refuted")}
    expected |= {
        f"{RULE} OR closed_at IS NULL AND false": "proved",
        "closed_at IS NOT NULL OR true": "refuted",
    }
    expected |= {f"{RULE} AND closed_at IS NOT NULL": "refuted"}

    wrongly = [text for text, verdict in expected.items() if _verdict(bare, text) != verdict]

    assert wrongly


def _verdict(conn: Connection, predicate: str) -> str:
    try:
        return decide_by_cells(
            conn, parsed_as_check(conn, CLOSED_STATE.table, predicate), CLOSED_STATE
        ).verdict
    except HarnessError:
        return "noticed"
