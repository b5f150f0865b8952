-- Mistake: It leaves a temporary table behind in the session.
-- Place: in front
CREATE TEMPORARY TABLE "violators" AS
  SELECT "id" FROM "public"."execution_workspaces" WHERE false;
