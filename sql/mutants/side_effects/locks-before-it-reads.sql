-- Mistake: It locks the table, looks for violators, and adds the constraint.
-- Place: instead
SET LOCAL lock_timeout = '2s';--> statement-breakpoint
LOCK TABLE "public"."execution_workspaces" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
SELECT EXISTS (SELECT FROM "public"."execution_workspaces" WHERE "closed_at" IS NOT NULL AND "status" = 'active');--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) NOT VALID;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
