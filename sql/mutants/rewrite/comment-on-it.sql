-- Same: A comment on the constraint says what it is for.
-- Place: behind
COMMENT ON CONSTRAINT "execution_workspaces_closed_state_consistency" ON "public"."execution_workspaces"
  IS 'closed_at and status agree';
