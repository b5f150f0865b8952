-- Mistake: It deletes the rows that break the rule.
-- Place: in front
DELETE FROM "public"."execution_workspaces"
  WHERE "closed_at" IS NOT NULL AND "status" NOT IN ('archived','cleanup_failed');
