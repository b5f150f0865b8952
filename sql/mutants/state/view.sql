-- Mistake: A view WITH CHECK OPTION says the rule, and who writes to the table goes past it.
-- Place: instead
CREATE VIEW "public"."consistent_workspaces" AS
  SELECT * FROM "public"."execution_workspaces" WHERE ("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed'))
  WITH CHECK OPTION;
