-- Mistake: What it does depends on how many rows there are.
-- Place: instead
SET LOCAL lock_timeout = '2s';--> statement-breakpoint
DO $$ BEGIN
  IF (SELECT count(*) FROM "public"."execution_workspaces") < 1000000 THEN
    ALTER TABLE "public"."execution_workspaces"
      ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
      CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;
  END IF;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
