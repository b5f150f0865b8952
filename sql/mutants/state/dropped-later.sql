-- Mistake: A later migration drops it.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" DROP CONSTRAINT "execution_workspaces_closed_state_consistency";--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
