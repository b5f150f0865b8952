-- Mistake: It counts the whole table while it holds the lock.
-- Place: behind
SELECT count(*) FROM "public"."execution_workspaces" WHERE "closed_at" IS NOT NULL;
