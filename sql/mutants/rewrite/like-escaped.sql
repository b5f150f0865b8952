-- Same: LIKE without wildcards, the underscore escaped.
-- Place: predicate
"closed_at" IS NULL OR "status" LIKE 'archived' OR "status" LIKE 'cleanup\_failed'
