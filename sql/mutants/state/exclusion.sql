-- Mistake: An exclusion constraint has the name: it holds rows against each other, never one row against the rule.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_closed_state_consistency"
  EXCLUDE USING btree ("id" WITH =) WHERE ("closed_at" IS NOT NULL);--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
