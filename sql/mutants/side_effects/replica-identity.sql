-- Mistake: It changes what logical replication sends of a row.
-- Place: behind
ALTER TABLE "public"."execution_workspaces" REPLICA IDENTITY FULL;
