-- Mistake: It changes a default.
-- Place: behind
ALTER TABLE "public"."execution_workspaces" ALTER COLUMN "status" SET DEFAULT 'idle';
