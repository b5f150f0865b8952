-- Mistake: It adds a column.
-- Place: behind
ALTER TABLE "public"."execution_workspaces" ADD COLUMN "closed_by" text;
