-- Mistake: It writes every row of another table anew, with the values that it has.
-- Place: behind
UPDATE "public"."issues" SET "title" = "title";
