-- Same: The other order of conditions and of values.
-- Place: predicate
"status" IN ('cleanup_failed','archived') OR "closed_at" IS NULL
