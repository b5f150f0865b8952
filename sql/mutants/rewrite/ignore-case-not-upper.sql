-- Same: A pattern that ignores case, and no letter but small ones.
-- Place: predicate
"closed_at" IS NULL OR ("status" ~* '^(archived|cleanup_failed)$' AND "status" ~ '^[a-z_]+$')
