-- Mistake: It does not compile, and a block swallows the error.
-- Place: instead
DO $$
BEGIN
  ALTER TABLE "public"."execution_workspaces" ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
    CHECK ("closedAt" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'already there';
END $$;
