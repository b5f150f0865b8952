-- Mistake: It changes rows of another table.
-- Place: behind
UPDATE "public"."issues" SET "updated_at" = now();
