-- Mistake: It stands on a copy of the table, which nobody writes to.
-- Place: instead
CREATE TABLE "public"."execution_workspaces_new" (LIKE "public"."execution_workspaces" INCLUDING DEFAULTS);--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces_new"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
