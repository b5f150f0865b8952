-- Mistake: It adds a row type.
-- Place: behind
CREATE TYPE "public"."pair" AS (a text, b text);
