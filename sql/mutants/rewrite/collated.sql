-- Same: A collation under which equal is equal.
-- Place: predicate
"closed_at" IS NULL OR "status" COLLATE "C" IN ('archived','cleanup_failed')
