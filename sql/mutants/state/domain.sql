-- Mistake: A domain of the right constraint name is made, and no column has it.
-- Place: instead
CREATE DOMAIN "public"."closed_status" AS text
  CONSTRAINT "execution_workspaces_closed_state_consistency" CHECK (VALUE IN ('archived','cleanup_failed'));
