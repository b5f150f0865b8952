-- Finished state consistency, preflight: may the next step of the rollout be run?
--
-- Does:  looks, and changes nothing. Prints what there is to know, and as its last line GO with the next step, or
--        NO-GO with the reasons. After NO-GO psql ends with exit code 3. To be run before each step.
-- Why:   a long transaction would hold the deploy up, and every reader behind it; a constraint of the right name that
--        means something else protects nothing.
-- Locks: ACCESS SHARE on workspace_operations for the length of a scan. One READ ONLY transaction: it
--        runs under default_transaction_read_only = on, on a standby, and as a role that may only SELECT.
-- Rows:  tables of a few lines each. The scan of the whole table that it times is the one that VALIDATE does.
-- Run:   psql -X -f 1_preflight.sql "$DATABASE_URL"
--        -v patience_s=N        how long a transaction may go on holding a lock before it counts as long (2)
--        -v migration_hash=HEX  sha256 of the migration file, as drizzle's history has it (this repository's)
\set ON_ERROR_STOP on
\set QUIET on
\set VERBOSITY terse
\pset pager off
\pset footer off
\pset linestyle ascii
\if :{?patience_s}
\else
\set patience_s 2
\endif
\if :{?migration_hash}
\else
\set migration_hash ac427fefa481ac32478ef686c65db39b86be8d18cfc80f92824d5355614465a5
\endif
\set rule '(finished_at IS NULL OR status <> ''running'')'

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '10min';

-- The constraint: on its table, under its name. The name alone proves nothing.
SELECT k.oid IS NOT NULL AS there,
       coalesce(pg_catalog.pg_get_expr(k.conbin, k.conrelid), 'true') AS expression,
       coalesce(pg_catalog.pg_get_constraintdef(k.oid), 'there is none') AS definition,
       coalesce(k.convalidated, false) AS validated,
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced,
       coalesce(k.connoinherit, false) AS no_inherit,
       coalesce((SELECT string_agg(CASE WHEN o.conrelid = 0 THEN 'a domain' ELSE o.conrelid::regclass::text END, ', ' ORDER BY o.oid)
                   FROM pg_catalog.pg_constraint AS o
                  WHERE o.conname = 'workspace_operations_finished_state_consistency'
                    AND o.oid IS DISTINCT FROM k.oid), '') AS elsewhere
  FROM (SELECT 'public.workspace_operations'::regclass AS oid) AS t
  LEFT JOIN pg_catalog.pg_constraint AS k
         ON k.conrelid = t.oid AND k.contype = 'c' AND k.conname = 'workspace_operations_finished_state_consistency'
\gset

-- What it means: its own expression over rows that matter and near misses. NULL passes a CHECK.
SELECT count(*) FILTER (WHERE (:expression) IS NOT FALSE AND NOT :rule) AS lets_in,
       count(*) FILTER (WHERE (:expression) IS FALSE AND :rule) AS keeps_out
  FROM jsonb_populate_recordset(NULL::public.workspace_operations, (
           SELECT jsonb_agg(jsonb_build_object('status', s, 'finished_at', c, 'phase', p, 'exit_code', x,
                                               'started_at', 'epoch', 'updated_at', 'epoch', 'created_at', 'epoch'))
             FROM unnest(ARRAY['running', 'succeeded', 'failed', 'skipped', 'RUNNING', 'running ', ' running', 'runnin',
                               'Running', 'finished', 'queued', '']) AS s,
                  unnest(ARRAY[NULL, '-infinity', 'epoch', '2026-05-13 08:33+00', '2999-01-01', 'infinity']) AS c,
                  unnest(ARRAY['workspace_provision', 'worktree_cleanup', '']) AS p,
                  unnest(ARRAY[NULL, '0', '1']) AS x)) AS workspace_operations
\gset

-- Does drizzle's history say that the migration was applied? A restore can bring the history without the CHECK.
SELECT count(*) > 0 AS history_readable
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = 'drizzle' AND c.relname = '__drizzle_migrations'
   AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
\gset
\set recorded false
\if :history_readable
SELECT EXISTS (SELECT FROM drizzle.__drizzle_migrations WHERE hash = :'migration_hash') AS recorded \gset
\endif

-- The scan that VALIDATE will do, timed.
SELECT clock_timestamp() AS scan_began \gset
SELECT count(*) AS rows_total,
       count(*) FILTER (WHERE NOT :rule) AS violators,
       count(*) FILTER (WHERE ((:expression) IS NOT FALSE) <> :rule) AS misjudged
  FROM public.workspace_operations
\gset
SELECT round(extract(epoch FROM clock_timestamp() - :'scan_began'::timestamptz) * 1000) AS scan_ms \gset

\echo Table
SELECT :rows_total AS "rows",
       pg_size_pretty(pg_relation_size('public.workspace_operations')) AS "table",
       pg_size_pretty(pg_total_relation_size('public.workspace_operations')) AS "with indexes",
       :scan_ms || ' ms' AS "VALIDATE will scan for about";

\echo Constraint
SELECT CASE WHEN NOT :'there' THEN 'missing' WHEN :'validated' THEN 'validated' ELSE 'NOT VALID' END AS state,
       :'definition' AS definition;

\echo Violators by status
SELECT left(status, 40) AS status, count(*) AS "rows" FROM public.workspace_operations WHERE NOT :rule
 GROUP BY 1 ORDER BY count(*) DESC, 1;

\echo Violators by phase
SELECT left(phase, 40) AS phase, count(*) AS "rows", min(finished_at) AS first, max(finished_at) AS last
  FROM public.workspace_operations WHERE NOT :rule
 GROUP BY 1 ORDER BY count(*) DESC, 1;

-- Who would hold the ALTER TABLE up: whoever holds a lock on the table now and still does after some patience. The
-- age of other roles' transactions is hidden from a plain role, their locks are not.
SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') AS holders
  FROM pg_catalog.pg_locks
 WHERE locktype = 'relation' AND relation = 'public.workspace_operations'::regclass AND granted
   AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND pid IS DISTINCT FROM pg_backend_pid()
\gset
SELECT pg_sleep(CASE WHEN :'holders' = '{}' THEN 0 ELSE :patience_s END) AS slept \gset
\echo Transactions that would hold the deploy up
SELECT l.pid, a.usename AS role, a.application_name AS application, a.state,
       date_trunc('second', clock_timestamp() - a.xact_start) AS age, string_agg(l.mode, ', ' ORDER BY l.mode) AS locks
  FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
 WHERE l.locktype = 'relation' AND l.relation = 'public.workspace_operations'::regclass AND l.granted
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND l.virtualtransaction = ANY (:'holders'::text[])
 GROUP BY 1, 2, 3, 4, 5 ORDER BY age DESC NULLS LAST, l.pid;
SELECT count(DISTINCT virtualtransaction) AS holders_total
  FROM pg_catalog.pg_locks
 WHERE locktype = 'relation' AND relation = 'public.workspace_operations'::regclass AND granted
   AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND virtualtransaction = ANY (:'holders'::text[])
\gset

SELECT concat_ws('; ',
           CASE WHEN :holders_total > 0
                THEN :holders_total || ' transactions hold the table for longer than ' || :patience_s || ' s (wait, or end them)' END,
           CASE WHEN NOT :'there' AND :'elsewhere' <> ''
                THEN 'the constraint''s name stands on ' || :'elsewhere' || ', not on public.workspace_operations (rename that one)' END,
           CASE WHEN NOT :'there' AND :'recorded'
                THEN 'the migration is recorded as applied and the constraint is missing: a runner will not add it'
                     ' (run the migration''s SQL by hand; was this database restored without its CHECKs?)' END,
           CASE WHEN :'there' AND (:lets_in > 0 OR :keeps_out > 0 OR :misjudged > 0)
                THEN 'the constraint of that name is not the rule: ' || :'definition' || ' (replace it)' END,
           CASE WHEN :'there' AND NOT :'enforced' THEN 'the constraint is NOT ENFORCED (replace it)' END,
           CASE WHEN :'there' AND :'no_inherit' THEN 'the constraint is NO INHERIT (replace it)' END,
           CASE WHEN :'validated' AND :violators > 0
                THEN :violators || ' violators under a validated constraint (how did they get in?)' END
       ) AS reasons,
       CASE WHEN NOT :'there' THEN 'next is the migration, and 3_backfill.sql right after it (' || :violators || ' rows)'
            WHEN :violators > 0 THEN 'next is 3_backfill.sql (' || :violators || ' rows, frozen until then)'
            WHEN NOT :'validated' THEN 'next is 4_validate.sql'
            ELSE 'the rollout is complete; next is 5_monitor.sql, from time to time' END AS next_step
\gset
SELECT :'reasons' <> '' AS no_go,
       set_config('rollout.verdict', CASE WHEN :'reasons' = '' THEN 'GO: ' || :'next_step' ELSE 'NO-GO: ' || :'reasons' END, true)
       AS verdict
\gset
\echo :verdict
\if :no_go
DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = current_setting('rollout.verdict'); END $$;
\endif
COMMIT;
