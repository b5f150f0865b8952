-- Mistake: One letter may be a capital.
-- Place: predicate
"closed_at" IS NULL OR "status" ~ '^(archived|cleanup_f[aA]iled)$'
