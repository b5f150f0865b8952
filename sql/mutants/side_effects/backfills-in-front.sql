-- Mistake: It backfills in the same migration, before the lock.
-- Place: in front
UPDATE "public"."execution_workspaces" SET "status" = 'archived'
  WHERE "closed_at" IS NOT NULL AND "status" NOT IN ('archived','cleanup_failed');
