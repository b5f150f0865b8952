-- Mistake: It stands on another table, under the right name.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."workspace_operations"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("finished_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
