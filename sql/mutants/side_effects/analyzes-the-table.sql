-- Mistake: It analyzes the table while it holds the lock.
-- Place: behind
ANALYZE "public"."execution_workspaces";
