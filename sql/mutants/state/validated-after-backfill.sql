-- Mistake: Backfill and VALIDATE deploy together with it, so that stock drizzle holds the lock through both.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
UPDATE "public"."execution_workspaces" SET "status" = 'archived'
  WHERE "closed_at" IS NOT NULL AND "status" NOT IN ('archived','cleanup_failed');--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" VALIDATE CONSTRAINT "execution_workspaces_closed_state_consistency";--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
