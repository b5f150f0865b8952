-- Same: A regular expression with both its anchors.
-- Place: predicate
"closed_at" IS NULL OR "status" ~ '^(archived|cleanup_failed)$'
