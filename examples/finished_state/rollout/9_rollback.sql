-- Finished state consistency, the way back: drop the constraint.
--
-- Does:  drops the CHECK, and takes the migration out of drizzle's history, so that a later deploy adds it again.
-- Why:   for the case that the deploy breaks writes that nobody had thought of. Reads are never affected by it.
-- Locks: ACCESS EXCLUSIVE on workspace_operations for an instant; waits for it at most 1 s at a time, for every reader
--        would queue behind the wait; tries 5 times.
-- Rows:  none of the table's own. The backfill is not undone: failed rows stay failed, which no rule forbids.
--        Prints one line. A second run says that there is nothing to do.
-- Note:  stock drizzle goes by the newest entry of its history: when later migrations were applied meanwhile, it will
--        not come back to this one; give it a new `when` then.
-- Run:   psql -X -f 9_rollback.sql "$DATABASE_URL"      (not with -1: it commits)
--        -v migration_hash=HEX  sha256 of the migration file, as drizzle's history has it (this repository's)
\set ON_ERROR_STOP on
\set QUIET on
\set VERBOSITY terse
\pset pager off
\if :{?migration_hash}
\else
\set migration_hash ac427fefa481ac32478ef686c65db39b86be8d18cfc80f92824d5355614465a5
\endif

SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
SET lock_timeout = '1s';
SET statement_timeout = '1min';
SELECT set_config('rollout.migration_hash', :'migration_hash', false) AS migration_hash \gset

DO $rollback$
DECLARE
    attempts_max constant integer := 5;
    forgotten bigint := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k
                    WHERE k.conrelid = 'public.workspace_operations'::regclass
                      AND k.contype = 'c'
                      AND k.conname = 'workspace_operations_finished_state_consistency') THEN
        PERFORM set_config('rollout.report', 'rollback: there is no such constraint, nothing to do', false);
        RETURN;
    END IF;
    FOR attempt IN 1 .. attempts_max LOOP
        BEGIN
            ALTER TABLE public.workspace_operations DROP CONSTRAINT workspace_operations_finished_state_consistency;
            IF to_regclass('drizzle.__drizzle_migrations') IS NOT NULL THEN
                DELETE FROM drizzle.__drizzle_migrations WHERE hash = current_setting('rollout.migration_hash');
                GET DIAGNOSTICS forgotten = ROW_COUNT;
            END IF;
            PERFORM set_config('rollout.report', format(
                'rollback: dropped at attempt %s, %s entries taken out of the history', attempt, forgotten), false);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            IF attempt = attempts_max THEN
                RAISE EXCEPTION 'nothing was changed: no lock on public.workspace_operations in % attempts; run it again later', attempt
                    USING ERRCODE = 'lock_not_available';
            END IF;
        END;
        COMMIT;
        PERFORM pg_sleep(0.5);
        COMMIT;
    END LOOP;
END
$rollback$;

\pset tuples_only on
\pset format unaligned
SELECT current_setting('rollout.report');
