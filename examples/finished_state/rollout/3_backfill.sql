-- Finished state consistency, backfill: settle the rows that break the rule.
--
-- Does:  sets status to 'failed' on every row that is running and has finished_at. No other column, no other row.
-- Why:   such an operation is over, and whoever ended it left no result. From the deploy until this has run, those rows
--        are frozen: nobody can change them, nor delete the workspace, the run or the issue that they point to. So run
--        it right after the deploy. Run it before the deploy as well and hardly a row is frozen; what is written in
--        between is caught by the second run.
-- Locks: ROW EXCLUSIVE on workspace_operations; rows are locked for the length of one batch. Rows that somebody else
--        holds are passed over and tried again, so that it neither waits nor makes anybody wait for long.
-- Rows:  prints one line: rows settled, batches, violators left. Each batch is a transaction of its own: killed in the
--        middle, it has done what it has done, and the next run does the rest. A second run settles 0 rows.
-- Back:  nothing is lost: each row that it changed was 'running'.
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
    last_id uuid;
    candidates uuid[];
    repairable uuid[];
    changed bigint;
    settled bigint := 0;
    batches bigint := 0;
    passed_over bigint;
BEGIN
    FOR pass IN 1 .. passes_max LOOP
        last_id := NULL;
        passed_over := 0;
        LOOP
            candidates := ARRAY(
                SELECT id FROM public.workspace_operations
                 WHERE finished_at IS NOT NULL
                   AND status = 'running'
                   AND (last_id IS NULL OR id > last_id)
                 ORDER BY id LIMIT batch_rows);
            EXIT WHEN cardinality(candidates) = 0;
            last_id := candidates[cardinality(candidates)];

            -- Whatever somebody else holds is left for the next pass.
            repairable := ARRAY(
                SELECT id FROM public.workspace_operations
                 WHERE id = ANY (candidates)
                   AND finished_at IS NOT NULL
                   AND status = 'running'
                 ORDER BY id FOR NO KEY UPDATE SKIP LOCKED);
            UPDATE public.workspace_operations
               SET status = 'failed'
             WHERE id = ANY (repairable);
            GET DIAGNOSTICS changed = ROW_COUNT;
            COMMIT;
            settled := settled + changed;
            batches := batches + 1;
            passed_over := passed_over + cardinality(candidates) - changed;
        END LOOP;
        EXIT WHEN passed_over = 0;
        PERFORM pg_sleep(0.1);
        COMMIT;
    END LOOP;
    PERFORM set_config('rollout.report', format('backfill: %s rows settled in %s batches', settled, batches), false);
    IF passed_over > 0 THEN
        RAISE EXCEPTION 'not complete: % rows settled, % passed over, for they are locked; run it again',
            settled, passed_over;
    END IF;
END
$backfill$;

\pset tuples_only on
\pset format unaligned
SELECT format('%s, %s violators left', current_setting('rollout.report'), count(*))
  FROM public.workspace_operations
 WHERE finished_at IS NOT NULL AND status = 'running';
