-- Mistake: It reads another table while it holds the lock.
-- Place: behind
SELECT count(*) FROM "public"."issues";
