-- Mistake: It leaves a rule on another table, which swallows deletes there.
-- Place: behind
CREATE RULE "kept" AS ON DELETE TO "public"."companies" DO INSTEAD NOTHING;
