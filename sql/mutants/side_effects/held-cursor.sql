-- Mistake: It leaves a cursor open that holds every row of the table.
-- Place: behind
DECLARE "c" CURSOR WITH HOLD FOR SELECT * FROM "public"."execution_workspaces";
