-- Same: A chain of OR for IN.
-- Place: predicate
"closed_at" IS NULL OR "status" = 'archived' OR "status" = 'cleanup_failed'
