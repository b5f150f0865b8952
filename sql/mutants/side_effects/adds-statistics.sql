-- Mistake: It adds extended statistics.
-- Place: behind
CREATE STATISTICS "public"."ew_stat" ON "status", "closed_at" FROM "public"."execution_workspaces";
