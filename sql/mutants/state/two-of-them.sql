-- Mistake: Two rules are at work: an older, stronger CHECK stays beside it.
-- Place: before
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_is_archived"
  CHECK ("closed_at" IS NULL OR "status" = 'archived') NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
