-- Closed state consistency, step 1 of 3: enforce the rule for every write from now on.
--
-- Does:  adds the CHECK "a workspace with closed_at is archived or cleanup_failed" as NOT VALID.
-- Why:   a workspace that is open by its status and closed by its closed_at counts as closed, and blocks its issue.
--        NOT VALID, for production holds rows that break the rule: a validating ADD would fail on them, and would
--        read the whole table under the lock. The backfill and VALIDATE CONSTRAINT follow as steps of their own,
--        each deployed after this one is committed.
-- Locks: ACCESS EXCLUSIVE on execution_workspaces, held for an instant (under 1 ms at a million rows) where each
--        migration has a transaction of its own. Stock drizzle runs all that is pending in one transaction: there
--        the lock is held until the last of them is done, so deploy this one alone.
--        The lock is short, but waiting for it is not free: behind a long transaction this statement queues, and
--        every reader and writer of the table queues behind it. lock_timeout ends that after two seconds with 55P03.
--        Nothing has changed then; run the migration again. statement_timeout is the second fence.
--        Two seconds, for an ordinary autovacuum in the way is cancelled only after deadlock_timeout (1 s unless
--        somebody changed it): a wait of one second fails behind every autovacuum. One against wraparound is never
--        cancelled; preflight names it.
--        The fences are ours alone: SET LOCAL lasts to the end of the transaction, which stock drizzle shares with
--        the migrations that follow. So the file ends by putting both back to what the session started with.
-- Rows:  none read, none changed. From here on any write of a row that breaks the rule fails with 23514, also one
--        that leaves an old violator as it was. Afterwards:
--          SELECT convalidated FROM pg_constraint WHERE conname = 'execution_workspaces_closed_state_consistency';
--        returns one row: false.
-- Again: a second run fails with 42710. That is right: a constraint of this name that somebody else put there is
--        to be looked at, not taken for ours.
SET LOCAL lock_timeout = '2s';--> statement-breakpoint
SET LOCAL statement_timeout = '5s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed'))
  NOT VALID;--> statement-breakpoint
SET LOCAL statement_timeout TO DEFAULT;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
