-- Mistake: The same file drops it again.
-- Place: behind
ALTER TABLE "public"."execution_workspaces" DROP CONSTRAINT "execution_workspaces_closed_state_consistency";
