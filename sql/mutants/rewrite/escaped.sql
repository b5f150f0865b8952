-- Same: Values written with escapes.
-- Place: predicate
"closed_at" IS NULL OR "status" IN (E'archived', U&'cleanup\005Ffailed')
