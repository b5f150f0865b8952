-- Closed state consistency, preflight: may the next step of the rollout be run?
--
-- Does:  looks, and changes nothing. Says where it is, prints what there is to know, and as its last line GO with the next
--        step, or NO-GO with the reasons. To be run before each step.
-- Why:   a violator whose issue is open must not be archived; a long transaction would hold the deploy up, and every reader behind it;
--        a constraint of the right name that means something else protects nothing; and drizzle's history can say that
--        the migration was applied when it was not, or skip it.
-- Locks: ACCESS SHARE on execution_workspaces, issues and drizzle's history for the length of a scan; nothing while it
--        waits to see who goes on holding the table. READ ONLY: it runs under default_transaction_read_only, on a
--        standby (and is a NO-GO there), and as a role that may only SELECT.
-- Rows:  tables of a few lines each. The scan of the whole table that it times is the one that VALIDATE does.
-- Needs: SELECT on execution_workspaces, issues and drizzle's history. Row security must not hide rows from the role.
-- Ends:  with 0 when all is well; with 3 when not, and a sentence as the last line says why. 1 and 2 are psql's own: it
--        could not start, or lost its connection.
-- Run:   psql -X -f 1_preflight.sql "$DATABASE_URL"
--        -v patience_s=N        how long a transaction may go on holding a conflicting lock before it counts (2)
--        -v runner=paperclip    the runner goes by hash: a newer migration that has run is then no reason
--        -v open_issues=skip    violators of open work are no reason: 3_backfill.sql leaves them out
--        -v migration_hash=HEX -v migration_when=MS   the migration as drizzle's history has it (this repository's)
--        -v history=SCHEMA.TABLE   where the history is (found by its name)
--        -v database=NAME       the database that is meant; needed when psql takes it from PGDATABASE
\set ON_ERROR_STOP on
\ir ../steps/begin.sql
\ir rule.sql
\ir ../steps/preflight.sql
