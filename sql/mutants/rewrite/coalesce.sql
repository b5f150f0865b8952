-- Same: COALESCE around a list that cannot be NULL.
-- Place: predicate
coalesce("status" IN ('archived','cleanup_failed'), false) OR "closed_at" IS NULL
