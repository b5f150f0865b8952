-- Same: lower, and nothing that lower changes.
-- Place: predicate
"closed_at" IS NULL OR (lower("status") IN ('archived','cleanup_failed') AND lower("status") = "status")
