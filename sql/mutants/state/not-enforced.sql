-- Mistake: It is NOT ENFORCED: it stands in the catalog and refuses nothing.
-- Place: instead
-- Server: 18
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT ENFORCED;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
