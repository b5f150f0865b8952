-- Same: All statements in one chunk, without breakpoints.
-- Place: instead
SET LOCAL lock_timeout = '1s';
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;
SET LOCAL lock_timeout TO DEFAULT;
