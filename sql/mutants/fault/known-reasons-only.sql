-- Mistake: A second CHECK refuses a cleanup_reason that the application does write.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_reason_known"
  CHECK ("cleanup_reason" IN ('', 'stale_7d', 'source_issue_terminal', 'manual_patch')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
