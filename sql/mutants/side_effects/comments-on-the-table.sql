-- Mistake: It changes the table's comment.
-- Place: behind
COMMENT ON TABLE "public"."execution_workspaces" IS 'checked';
