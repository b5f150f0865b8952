-- Mistake: It has another name than the schema and the runbook say.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_check"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
