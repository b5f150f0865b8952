-- Mistake: closed_at has a DEFAULT, so that a row is contradictory by omission.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" ALTER COLUMN "closed_at" SET DEFAULT now();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
