-- Mistake: It backfills and validates in the same transaction.
-- Place: behind
UPDATE "public"."execution_workspaces" SET "status" = 'archived'
  WHERE "closed_at" IS NOT NULL AND "status" NOT IN ('archived','cleanup_failed');--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" VALIDATE CONSTRAINT "execution_workspaces_closed_state_consistency";
