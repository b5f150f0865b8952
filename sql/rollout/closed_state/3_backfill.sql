-- Closed state consistency, backfill: archive the rows that break the rule.
--
-- Does:  sets status to 'archived' on every row that has closed_at and an open status. No other column, no other row.
--        Refuses with their ids, and changes nothing, when such rows belong to open work: the issue that they came from,
--        or one that uses them now, is not done or cancelled.
-- Why:   from the deploy until this has run, those rows are frozen: nobody can change them, nor delete the issue, the
--        project workspace or the parent that they point to. So run it right after the deploy. Run it before the
--        deploy as well and hardly a row is frozen; what is written in between is caught by the second run.
-- Locks: ROW EXCLUSIVE on execution_workspaces; rows are locked for the length of one batch. Rows that somebody else holds are passed
--        over and tried again, so that it neither waits nor makes anybody wait for long. ROW SHARE on issues:
--        those of a batch are locked FOR SHARE meanwhile, so that none is reopened under it. At the end ANALYZE,
--        SHARE UPDATE EXCLUSIVE, waited for at most 2 s.
-- Rows:  a progress line for each batch, and a last line: rows, batches, violators left. Each batch is a transaction of
--        its own: killed in the middle, it has done what it has done, and the next run does the rest. updated_at stays as
--        it was: nobody used these rows, and cleanup goes by it.
-- Back:  what it changed is kept in rollout.repaired_rows (constraint, row, column, old and new value, when, which run), in
--        the same transaction; 9_rollback.sql -v restore=yes puts it back. To drop once nobody will want it back.
-- Stop:  SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollout backfill';
-- Needs: UPDATE on execution_workspaces and issues (FOR SHARE asks for it); CREATE on the database for the first run, or a table
--        rollout.repaired_rows to write; or -v record=no. TEMP on the database.
-- Ends:  with 0 when all is well; with 3 when not, and a sentence as the last line says why. 1 and 2 are psql's own: it
--        could not start, or lost its connection.
-- Run:   psql -X -f 3_backfill.sql "$DATABASE_URL"      (not with -1: it commits)
--        -v batch_rows=N      rows in a batch (250)
--        -v pause_ms=N        a pause between batches (0)
--        -v open_issues=skip  repair the others, list those of open work, and end with 3
--        -v row=KEY -v repair=archived   repair this row whatever work it belongs to
--        -v row=KEY -v repair=reopen     the other repair, for one row: closed_at = NULL, so that the workspace
--                             is in use again and no cleanup touches it
--        -v record=no         keep no record
\set ON_ERROR_STOP on
\ir ../steps/begin.sql
\ir rule.sql
\ir ../steps/backfill.sql
