-- Mistake: It stands on a temporary table that hides the real one, and goes with the session.
-- Place: instead
CREATE TEMPORARY TABLE "execution_workspaces" (LIKE "public"."execution_workspaces");--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
