-- Mistake: It adds a table of the constraint's name.
-- Place: behind
CREATE TABLE "public"."execution_workspaces_closed_state_consistency" (id int);
