-- Mistake: It is NO INHERIT: a child table or partition escapes it.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NO INHERIT NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
