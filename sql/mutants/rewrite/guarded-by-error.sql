-- Same: A DO block that takes 42710 for done.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
DO $$
BEGIN
  ALTER TABLE "public"."execution_workspaces" ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
    CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;
EXCEPTION WHEN duplicate_object THEN
  NULL;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
