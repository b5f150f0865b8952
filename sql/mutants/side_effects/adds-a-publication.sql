-- Mistake: It publishes the table.
-- Place: behind
CREATE PUBLICATION "all_of_it" FOR TABLE "public"."execution_workspaces";
