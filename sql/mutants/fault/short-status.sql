-- Mistake: status is cut down to a type that refuses long values.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_status_length"
  CHECK (length("status") <= 64) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
