-- Mistake: Its name is longer than 63 bytes, so that Postgres cuts it.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_at_and_status_closed_state_consistency_check"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
