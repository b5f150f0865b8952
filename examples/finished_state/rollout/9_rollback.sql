-- Finished state consistency, the way back: drop the constraint.
--
-- Does:  drops the CHECK, and takes the migration out of drizzle's history in the same transaction, so that a later deploy
--        adds it again. Refuses, and changes nothing, when the history has no entry to take out.
-- Why:   for the case that the deploy breaks writes that nobody had thought of. Reads are never affected by it.
-- Locks: ACCESS EXCLUSIVE on workspace_operations for an instant; ROW EXCLUSIVE on the history. Waits for it at most 2 s at
--        a time, or twice deadlock_timeout if that is more, for every reader would queue behind the wait; says who holds
--        it, and tries 5 times with growing pauses.
-- Rows:  none of the table's own, unless -v restore=yes: then rows that the backfill changed, and nobody since, get back
--        what they held, from rollout.repaired_rows. Prints one line. A second run says that there is nothing to do.
-- Note:  stock drizzle goes by the newest entry of its history: when later migrations were applied meanwhile, it will
--        not come back to this one, and the last line says so; 2_deploy.sql brings it back then.
-- Needs: ownership of workspace_operations and of what inherits from it; DELETE on drizzle's history.
-- Ends:  with 0 when all is well; with 3 when not, and a sentence as the last line says why. 1 and 2 are psql's own: it
--        could not start, or lost its connection.
-- Run:   psql -X -f 9_rollback.sql "$DATABASE_URL"      (not with -1: it commits)
--        -v restore=yes            put back what the backfill changed
--        -v attempts=N             how often it tries (5)
--        -v migration_hash=HEX     the migration as drizzle's history has it (this repository's)
--        -v history=SCHEMA.TABLE   where the history is (found by its name); none: drop the constraint alone
\set ON_ERROR_STOP on
\ir ../../../sql/rollout/steps/begin.sql
\ir rule.sql
\ir ../../../sql/rollout/steps/rollback.sql
