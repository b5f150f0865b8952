-- Same: Every condition negated twice.
-- Place: predicate
NOT (NOT ("closed_at" IS NULL)) OR NOT ("status" NOT IN ('archived','cleanup_failed'))
