-- Finished state consistency, backfill: settle the rows that break the rule.
--
-- Does:  sets status to 'failed' on every row that is running and has finished_at. No other column, no other row.
-- Why:   such an operation is over, and whoever ended it left no result. From the deploy until this has run, those rows
--        are frozen: nobody can change them, nor delete the workspace, the run or the issue that they point to. So run
--        it right after the deploy. Run it before the deploy as well and hardly a row is frozen; what is written in
--        between is caught by the second run.
-- Locks: ROW EXCLUSIVE on workspace_operations; rows are locked for the length of one batch. Rows that somebody else holds are passed
--        over and tried again, so that it neither waits nor makes anybody wait for long. At the end ANALYZE,
--        SHARE UPDATE EXCLUSIVE, waited for at most 2 s.
-- Rows:  a progress line for each batch, and a last line: rows, batches, violators left. Each batch is a transaction of
--        its own: killed in the middle, it has done what it has done, and the next run does the rest. updated_at stays as
--        it was: nobody used these rows, and cleanup goes by it.
-- Back:  what it changed is kept in rollout.repaired_rows (constraint, row, column, old and new value, when, which run), in
--        the same transaction; 9_rollback.sql -v restore=yes puts it back. To drop once nobody will want it back.
-- Stop:  SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollout backfill';
-- Needs: UPDATE on workspace_operations; CREATE on the database for the first run, or a table
--        rollout.repaired_rows to write; or -v record=no.
-- Ends:  with 0 when all is well; with 3 when not, and a sentence as the last line says why. 1 and 2 are psql's own: it
--        could not start, or lost its connection.
-- Run:   psql -X -f 3_backfill.sql "$DATABASE_URL"      (not with -1: it commits)
--        -v batch_rows=N      rows in a batch (250)
--        -v pause_ms=N        a pause between batches (0)
--        -v row=KEY -v repair=failed   repair this row whatever work it belongs to
--        -v row=KEY -v repair=reopen     the other repair, for one row: finished_at = NULL, the operation runs on
--        -v record=no         keep no record
\set ON_ERROR_STOP on
\ir ../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../sql/rollout/steps/backfill.sql
