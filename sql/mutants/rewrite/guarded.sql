-- Same: A DO block that adds it unless it is there.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
                  WHERE conname = 'execution_workspaces_closed_state_consistency' AND conrelid = 'public.execution_workspaces'::regclass) THEN
    ALTER TABLE "public"."execution_workspaces" ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
      CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;
  END IF;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
