-- Finished state consistency, step 1 of 3: enforce the rule for every write from now on.
--
-- Does:  adds the CHECK "an operation with finished_at is not running" as NOT VALID.
-- Why:   an operation that is running by its status and over by its finished_at is waited for, forever. NOT VALID, for
--        production may hold such rows: a validating ADD would fail on them, and would read the whole table under the
--        lock. The backfill and VALIDATE CONSTRAINT follow as steps of their own, each deployed after this one is
--        committed.
-- Locks: ACCESS EXCLUSIVE on workspace_operations, held for an instant where each migration has a transaction of its
--        own. Stock drizzle runs all that is pending in one transaction: deploy this one alone. The wait for the lock
--        is bounded: lock_timeout ends it after two seconds, which is above deadlock_timeout, so that an ordinary
--        autovacuum gives way, with 55P03; nothing has changed then, run it again. Both
--        fences are put back at the end, for stock drizzle's next migration shares this transaction.
-- Rows:  none read, none changed. From here on any write of a row that breaks the rule fails with 23514, also one
--        that leaves an old violator as it was. Afterwards:
--          SELECT convalidated FROM pg_constraint WHERE conname = 'workspace_operations_finished_state_consistency';
--        returns one row: false.
-- Again: a second run fails with 42710. That is right: a constraint of this name that somebody else put there is
--        to be looked at, not taken for ours.
SET LOCAL lock_timeout = '2s';--> statement-breakpoint
SET LOCAL statement_timeout = '5s';--> statement-breakpoint
ALTER TABLE "public"."workspace_operations"
  ADD CONSTRAINT "workspace_operations_finished_state_consistency"
  CHECK ("finished_at" IS NULL OR "status" <> 'running')
  NOT VALID;--> statement-breakpoint
SET LOCAL statement_timeout TO DEFAULT;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
