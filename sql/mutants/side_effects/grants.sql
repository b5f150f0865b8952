-- Mistake: It grants every right on the table to everyone.
-- Place: behind
GRANT ALL ON "public"."execution_workspaces" TO PUBLIC;
