-- Mistake: It has no name of its own, so that Postgres makes one up.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" ADD CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
