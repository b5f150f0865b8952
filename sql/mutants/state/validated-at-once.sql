-- Mistake: It is validated at once: NOT VALID is forgotten.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed'));--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
