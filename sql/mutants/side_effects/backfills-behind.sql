-- Mistake: It backfills in the same migration, under the lock.
-- Place: behind
UPDATE "public"."execution_workspaces" SET "status" = 'archived'
  WHERE "closed_at" IS NOT NULL AND "status" NOT IN ('archived','cleanup_failed');
