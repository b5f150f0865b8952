-- Same: A value stands twice in the list.
-- Place: predicate
"closed_at" IS NULL OR "status" IN ('archived','cleanup_failed','archived')
