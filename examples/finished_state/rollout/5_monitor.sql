-- Finished state consistency, monitor: zero, forever.
--
-- Does:  looks, and changes nothing. Prints nothing and ends with 0 when no row breaks the rule and the constraint
--        stands, means the rule and is validated. Otherwise prints a sentence for each thing that is wrong, and ends
--        with exit code 3.
-- Why:   a restore can lose its CHECKs, and somebody can drop one; then the rows come back, in silence.
-- Locks: ACCESS SHARE on workspace_operations for one scan. READ ONLY: a standby or a role that may only SELECT will do.
-- Rows:  none on success; else the sentences, at most 100 for rows and a count of the rest.
-- Run:   psql -X -f 5_monitor.sql "$DATABASE_URL"       (from cron, or as a CI job)
\set ON_ERROR_STOP on
\set QUIET on
\set VERBOSITY terse
\pset pager off
\pset tuples_only on
\pset format unaligned
\set rule '(finished_at IS NULL OR status <> ''running'')'

BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '10min';

SELECT k.oid IS NOT NULL AS there,
       coalesce(pg_catalog.pg_get_expr(k.conbin, k.conrelid), 'true') AS expression,
       coalesce(pg_catalog.pg_get_constraintdef(k.oid), '') AS definition,
       coalesce(k.convalidated, false) AS validated,
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced
  FROM (SELECT 'public.workspace_operations'::regclass AS oid) AS t
  LEFT JOIN pg_catalog.pg_constraint AS k
         ON k.conrelid = t.oid AND k.contype = 'c' AND k.conname = 'workspace_operations_finished_state_consistency'
\gset
SELECT count(*) FILTER (WHERE ((:expression) IS NOT FALSE) <> :rule) AS misjudged
  FROM jsonb_populate_recordset(NULL::public.workspace_operations, (
           SELECT jsonb_agg(jsonb_build_object('status', s, 'finished_at', c, 'phase', p, 'exit_code', x,
                                               'started_at', 'epoch', 'updated_at', 'epoch', 'created_at', 'epoch'))
             FROM unnest(ARRAY['running', 'succeeded', 'failed', 'skipped', 'RUNNING', 'running ', ' running', 'runnin',
                               'Running', 'finished', 'queued', '']) AS s,
                  unnest(ARRAY[NULL, '-infinity', 'epoch', '2026-05-13 08:33+00', '2999-01-01', 'infinity']) AS c,
                  unnest(ARRAY['workspace_provision', 'worktree_cleanup', '']) AS p,
                  unnest(ARRAY[NULL, '0', '1']) AS x)) AS workspace_operations
\gset

SELECT said FROM (VALUES
    (1, NOT :'there', 'constraint workspace_operations_finished_state_consistency is missing on public.workspace_operations'),
    (2, :'there' AND :misjudged > 0, 'constraint workspace_operations_finished_state_consistency is not the rule: ' || :'definition'),
    (3, :'there' AND NOT :'enforced', 'constraint workspace_operations_finished_state_consistency is NOT ENFORCED'),
    (4, :'there' AND NOT :'validated', 'constraint workspace_operations_finished_state_consistency is not validated: run 4_validate.sql')
) AS wrong (place, applies, said) WHERE applies ORDER BY place;

SELECT format('operation %s has status %L and was finished at %s (%s)', id, left(status, 60), finished_at, left(phase, 60))
  FROM public.workspace_operations WHERE NOT :rule ORDER BY id LIMIT 100;
SELECT count(*) AS violators FROM public.workspace_operations WHERE NOT :rule \gset
SELECT format('and %s operations more', :violators - 100) WHERE :violators > 100;

SELECT NOT :'there' OR :misjudged > 0 OR NOT :'enforced' OR NOT :'validated' OR :violators > 0 AS wrong,
       set_config('rollout.violators', :'violators', true) AS violators_said
\gset
\if :wrong
DO $$ BEGIN
    RAISE EXCEPTION 'finished state consistency does not hold: % rows break the rule, see above', current_setting('rollout.violators')
        USING ERRCODE = 'check_violation';
END $$;
\endif
COMMIT;
