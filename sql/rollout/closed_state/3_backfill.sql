-- Closed state consistency, backfill: archive the rows that break the rule.
--
-- Does:  sets status to 'archived' on every row that has closed_at and an open status. No other column, no other row.
--        Refuses with their ids, and changes nothing, when such rows belong to an issue that is not done or cancelled.
-- Why:   from the deploy until this has run, those rows are frozen: nobody can change them, nor delete the issue, the
--        project workspace or the parent that they point to. So run it right after the deploy. Run it before the
--        deploy as well and hardly a row is frozen; what is written in between is caught by the second run.
-- Locks: ROW EXCLUSIVE on execution_workspaces; rows are locked for the length of one batch. Rows that somebody else
--        holds are passed over and tried again, so that it neither waits nor makes anybody wait for long; the source
--        issues of a batch are locked FOR SHARE meanwhile, so that none is reopened under it.
-- Rows:  prints one line: rows archived, batches, violators left. Each batch is a transaction of its own: killed in the
--        middle, it has done what it has done, and the next run does the rest. A second run archives 0 rows.
-- Back:  it forgets the old status. To keep it, first: \copy (SELECT id, status FROM execution_workspaces
--        WHERE closed_at IS NOT NULL AND status NOT IN ('archived', 'cleanup_failed')) TO 'violators.csv' CSV HEADER
-- Run:   psql -X -f 3_backfill.sql "$DATABASE_URL"      (not with -1: it commits)
--        -v batch_rows=N   rows in a batch (250)
\set ON_ERROR_STOP on
\set QUIET on
\set VERBOSITY terse
\pset pager off
\if :{?batch_rows}
\else
\set batch_rows 250
\endif

SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
SET lock_timeout = '2s';
SET statement_timeout = 0;  -- all batches are one statement to psql; each of them is bounded by its rows
SELECT set_config('rollout.batch_rows', :'batch_rows', false) AS batch_rows \gset

DO $backfill$
DECLARE
    batch_rows constant integer := current_setting('rollout.batch_rows')::integer;
    passes_max constant integer := 20;
    stopped text;
    last_id uuid;
    candidates uuid[];
    repairable uuid[];
    changed bigint;
    archived bigint := 0;
    batches bigint := 0;
    passed_over bigint;
BEGIN
    SELECT format('%s rows belong to an issue that is not done or cancelled: %s', count(*),
                  string_agg(format('%s (issue %s, %s)', id, issue_id, issue_status), ', ' ORDER BY id)
                      FILTER (WHERE place <= 20))
           || CASE WHEN count(*) > 20 THEN ', …' ELSE '' END
      INTO stopped
      FROM (SELECT w.id, i.id AS issue_id, i.status AS issue_status, row_number() OVER (ORDER BY w.id) AS place
              FROM public.execution_workspaces AS w
              JOIN public.issues AS i ON i.id = w.source_issue_id
             WHERE w.closed_at IS NOT NULL
               AND w.status NOT IN ('archived', 'cleanup_failed')
               AND i.status NOT IN ('done', 'cancelled')) AS open_work
    HAVING count(*) > 0;
    IF stopped IS NOT NULL THEN
        RAISE EXCEPTION 'refused, nothing was changed: %', stopped;
    END IF;

    FOR pass IN 1 .. passes_max LOOP
        last_id := NULL;
        passed_over := 0;
        LOOP
            candidates := ARRAY(
                SELECT id FROM public.execution_workspaces
                 WHERE closed_at IS NOT NULL
                   AND status NOT IN ('archived', 'cleanup_failed')
                   AND (last_id IS NULL OR id > last_id)
                 ORDER BY id LIMIT batch_rows);
            EXIT WHEN cardinality(candidates) = 0;
            last_id := candidates[cardinality(candidates)];

            -- The rows, then their issues; whatever somebody else holds is left for the next pass.
            repairable := ARRAY(
                SELECT id FROM public.execution_workspaces
                 WHERE id = ANY (candidates)
                   AND closed_at IS NOT NULL
                   AND status NOT IN ('archived', 'cleanup_failed')
                 ORDER BY id FOR NO KEY UPDATE SKIP LOCKED);
            WITH terminal AS (
                SELECT id FROM public.issues
                 WHERE id IN (SELECT source_issue_id FROM public.execution_workspaces WHERE id = ANY (repairable))
                   AND status IN ('done', 'cancelled')
                   FOR SHARE SKIP LOCKED)
            UPDATE public.execution_workspaces
               SET status = 'archived'
             WHERE id = ANY (repairable)
               AND (source_issue_id IS NULL OR source_issue_id IN (SELECT id FROM terminal));
            GET DIAGNOSTICS changed = ROW_COUNT;
            COMMIT;
            archived := archived + changed;
            batches := batches + 1;
            passed_over := passed_over + cardinality(candidates) - changed;
        END LOOP;
        EXIT WHEN passed_over = 0;
        PERFORM pg_sleep(0.1);
        COMMIT;
    END LOOP;
    PERFORM set_config('rollout.report', format('backfill: %s rows archived in %s batches', archived, batches), false);
    IF passed_over > 0 THEN
        RAISE EXCEPTION 'not complete: % rows archived, % passed over, for they are locked or their issue was reopened; run it again',
            archived, passed_over;
    END IF;
END
$backfill$;

\pset tuples_only on
\pset format unaligned
SELECT format('%s, %s violators left', current_setting('rollout.report'), count(*))
  FROM public.execution_workspaces
 WHERE closed_at IS NOT NULL AND status NOT IN ('archived', 'cleanup_failed');
