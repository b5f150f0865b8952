-- Closed state consistency, validate: prove that no row breaks the rule.
--
-- Does:  ALTER TABLE ... VALIDATE CONSTRAINT, once no violator is left. With violators it says how many and stops.
-- Why:   until then the rule holds for new writes only; afterwards for every row, and the planner may use it.
-- Locks: SHARE UPDATE EXCLUSIVE on execution_workspaces for one scan of the table. Readers and writers go on. Waits for
--        it at most 2 s at a time, or twice deadlock_timeout if that is more, for behind this wait autovacuum and other
--        DDL would queue; says who holds it, and tries 5 times with growing pauses.
-- Rows:  none changed. Prints one line. A second run says that there is nothing to do.
-- Needs: ownership of execution_workspaces; TEMP on the database.
-- Ends:  with 0 when all is well; with 3 when not, and a sentence as the last line says why. 1 and 2 are psql's own: it
--        could not start, or lost its connection.
-- Run:   psql -X -f 4_validate.sql "$DATABASE_URL"      (not with -1: it commits)
--        -v attempts=N   how often it tries (5)
\set ON_ERROR_STOP on
\ir ../steps/begin.sql
\ir rule.sql
\ir ../steps/validate.sql
