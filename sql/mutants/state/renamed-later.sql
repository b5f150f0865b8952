-- Mistake: A later migration renames it.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" RENAME CONSTRAINT "execution_workspaces_closed_state_consistency" TO "closed_state";--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
