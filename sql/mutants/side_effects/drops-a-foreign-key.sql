-- Mistake: It drops a foreign key on the side.
-- Place: behind
ALTER TABLE "public"."execution_workspaces" DROP CONSTRAINT "execution_workspaces_company_id_companies_id_fk";
