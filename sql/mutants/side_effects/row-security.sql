-- Mistake: It switches row security on.
-- Place: behind
ALTER TABLE "public"."execution_workspaces" ENABLE ROW LEVEL SECURITY;
