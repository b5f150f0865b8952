-- Mistake: It touches updated_at of rows that keep the rule.
-- Place: behind
UPDATE "public"."execution_workspaces" SET "updated_at" = now() WHERE "closed_at" IS NULL;
