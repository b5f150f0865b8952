-- Mistake: It changes the table's comment, and names the constraint there.
-- Place: behind
COMMENT ON TABLE "public"."execution_workspaces" IS 'see execution_workspaces_closed_state_consistency';
