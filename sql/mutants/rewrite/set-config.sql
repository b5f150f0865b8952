-- Same: set_config for SET LOCAL, and statement_timeout as the fence.
-- Place: instead
SELECT pg_catalog.set_config('statement_timeout', '2s', true);--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL statement_timeout TO DEFAULT;
