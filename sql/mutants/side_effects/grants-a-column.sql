-- Mistake: It grants a right on a single column to everyone.
-- Place: behind
GRANT UPDATE ("status") ON "public"."execution_workspaces" TO PUBLIC;
