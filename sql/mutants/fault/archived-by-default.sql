-- Mistake: status has a closed DEFAULT.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" ALTER COLUMN "status" SET DEFAULT 'archived';--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
