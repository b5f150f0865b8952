-- Mistake: It leaves a row behind in another table.
-- Place: behind
INSERT INTO "public"."companies" ("id", "name", "issue_prefix")
  VALUES ('5d1c1a52-0000-4000-8000-000000000001', 'left behind', 'LEFT');
