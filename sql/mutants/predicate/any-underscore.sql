-- Mistake: LIKE takes the underscore for any character.
-- Place: predicate
"closed_at" IS NULL OR "status" LIKE 'archived' OR "status" LIKE 'cleanup_failed'
