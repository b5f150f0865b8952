-- Mistake: A later migration of the same deploy validates it, with no backfill between.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" VALIDATE CONSTRAINT "execution_workspaces_closed_state_consistency";--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
