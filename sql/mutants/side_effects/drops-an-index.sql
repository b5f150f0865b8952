-- Mistake: It drops an index.
-- Place: behind
DROP INDEX "public"."execution_workspaces_company_branch_idx";
