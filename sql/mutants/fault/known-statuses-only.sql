-- Mistake: A second CHECK refuses every status that the application does not know.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_status_known"
  CHECK ("status" IN ('active','idle','in_review','archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
