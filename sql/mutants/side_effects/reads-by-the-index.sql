-- Mistake: It looks a row up by an index while it holds the lock.
-- Place: behind
SELECT FROM "public"."execution_workspaces" WHERE "id" = '00000000-0000-0000-0000-000000000001';
