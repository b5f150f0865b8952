-- Mistake: A row security policy says the rule, and the table's owner is not held to it.
-- Place: instead
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
ALTER TABLE "public"."execution_workspaces" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "execution_workspaces_closed_state_consistency" ON "public"."execution_workspaces" USING (true) WITH CHECK ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed'));--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
