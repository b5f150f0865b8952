-- Mistake: It changes how a column is stored.
-- Place: behind
ALTER TABLE "public"."execution_workspaces" ALTER COLUMN "name" SET STORAGE EXTERNAL;
