-- Mistake: A later migration replaces it by a stronger one of the same name.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" DROP CONSTRAINT "execution_workspaces_closed_state_consistency";--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" = 'archived') NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
