-- Mistake: It stands on a table of the same name in another schema.
-- Place: instead
CREATE SCHEMA "shadow";--> statement-breakpoint
CREATE TABLE "shadow"."execution_workspaces" ("id" uuid, "status" text, "closed_at" timestamptz);--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "shadow"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
