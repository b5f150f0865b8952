-- Closed state consistency, deploy by hand: add the constraint NOT VALID, behind its fence.
--
-- Does:  what the migration does, with retries; and records it in drizzle's history, in the same transaction. For when a
--        runner will not do it: a restore lost the CHECK, somebody dropped it, or a newer migration has run and stock
--        drizzle skips this one. While the migration is pending it refuses, for a deploy brings it: -v record=yes insists.
-- Why:   the migration's own SQL pasted into psql has no fence: SET LOCAL does nothing outside a transaction, and the
--        ALTER queues without limit, every reader behind it.
-- Locks: ACCESS EXCLUSIVE on execution_workspaces for an instant; ROW EXCLUSIVE on the history. Waits for it at most 2 s, or
--        twice deadlock_timeout if that is more, so that an ordinary autovacuum gives way; then says who holds it
--        (process, application, state, query; gid of a prepared transaction; autovacuum against wraparound), waits
--        without holding anything, and tries again.
-- Rows:  none read, none changed. From here on violators are frozen: run 3_backfill.sql right after it.
-- Needs: ownership of execution_workspaces and of what inherits from it; INSERT on drizzle's history; TEMP on the database.
-- Ends:  with 0 when all is well; with 3 when not, and a sentence as the last line says why. 1 and 2 are psql's own: it
--        could not start, or lost its connection.
-- Run:   psql -X -f 2_deploy.sql "$DATABASE_URL"      (not with -1: it commits)
--        -v attempts=N             how often it tries (5)
--        -v record=yes             add it though the migration is pending; no older one may be pending
--        -v migration_hash=HEX -v migration_when=MS   the migration as drizzle's history has it (this repository's)
--        -v history=SCHEMA.TABLE   where the history is (found by its name); none: there is none
\set ON_ERROR_STOP on
\ir ../steps/begin.sql
\ir rule.sql
\ir ../steps/deploy.sql
