-- Mistake: The rule hides in a function, which anyone can replace with nothing checked again.
-- Place: instead
CREATE FUNCTION "public"."is_consistent"(closed_at timestamptz, status text) RETURNS boolean IMMUTABLE LANGUAGE sql
  RETURN closed_at IS NULL OR status IN ('archived','cleanup_failed');--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("public"."is_consistent"("closed_at", "status")) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
