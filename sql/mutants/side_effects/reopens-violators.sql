-- Mistake: It clears closed_at of the rows that break the rule.
-- Place: in front
UPDATE "public"."execution_workspaces" SET "closed_at" = NULL
  WHERE "status" NOT IN ('archived','cleanup_failed');
