-- Mistake: It sleeps in a DO block that took the lock itself.
-- Place: instead
SET LOCAL lock_timeout = '2s';--> statement-breakpoint
DO $$ BEGIN
  LOCK TABLE "public"."execution_workspaces" IN ACCESS EXCLUSIVE MODE;
  PERFORM pg_catalog.pg_sleep_for('400 milliseconds');
END $$;--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
