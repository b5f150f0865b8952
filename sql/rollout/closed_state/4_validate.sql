-- Closed state consistency, validate: prove that no row breaks the rule.
--
-- Does:  ALTER TABLE … VALIDATE CONSTRAINT, once no violator is left. With violators it says how many and stops.
-- Why:   until then the rule holds for new writes only; afterwards for every row, and the planner may use it.
-- Locks: SHARE UPDATE EXCLUSIVE on execution_workspaces for one scan of the table. Readers and writers go on. Waits for
--        it at most 2 s at a time, for behind this wait autovacuum and other DDL would queue; tries 5 times.
-- Rows:  none changed. Prints one line. A second run says that there is nothing to do.
-- Run:   psql -X -f 4_validate.sql "$DATABASE_URL"      (not with -1: it commits)
\set ON_ERROR_STOP on
\set QUIET on
\set VERBOSITY terse
\pset pager off

SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
SET lock_timeout = '2s';
SET statement_timeout = '30min';

DO $validate$
DECLARE
    attempts_max constant integer := 5;
    state record;
    violators bigint;
BEGIN
    SELECT k.convalidated INTO state
      FROM pg_catalog.pg_constraint AS k
     WHERE k.conrelid = 'public.execution_workspaces'::regclass
       AND k.contype = 'c'
       AND k.conname = 'execution_workspaces_closed_state_consistency';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing was changed: public.execution_workspaces has no CHECK of that name; deploy the migration first';
    END IF;
    IF state.convalidated THEN
        PERFORM set_config('rollout.report', 'validate: it is validated already, nothing to do', false);
        RETURN;
    END IF;

    SELECT count(*) INTO violators
      FROM public.execution_workspaces
     WHERE closed_at IS NOT NULL AND status NOT IN ('archived', 'cleanup_failed');
    IF violators > 0 THEN
        RAISE EXCEPTION 'nothing was changed: % rows break the rule; run 3_backfill.sql first', violators
            USING ERRCODE = 'check_violation';
    END IF;
    COMMIT;

    FOR attempt IN 1 .. attempts_max LOOP
        BEGIN
            ALTER TABLE public.execution_workspaces
                VALIDATE CONSTRAINT execution_workspaces_closed_state_consistency;
            PERFORM set_config('rollout.report', format('validate: validated at attempt %s', attempt), false);
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            IF attempt = attempts_max THEN
                RAISE EXCEPTION 'nothing was changed: no lock on public.execution_workspaces in % attempts; run it again later', attempt
                    USING ERRCODE = 'lock_not_available';
            END IF;
        END;
        COMMIT;
        PERFORM pg_sleep(0.5);
        COMMIT;
    END LOOP;
END
$validate$;

\pset tuples_only on
\pset format unaligned
SELECT current_setting('rollout.report');
