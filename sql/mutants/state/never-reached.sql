-- Mistake: It is added only if a constraint of that name is there already.
-- Place: instead
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conname = 'execution_workspaces_closed_state_consistency') THEN
    ALTER TABLE "public"."execution_workspaces" ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
      CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;
  END IF;
END $$;
