-- Same: starts_with, and no longer than that.
-- Place: predicate
"closed_at" IS NULL OR (starts_with("status", 'archived') AND length("status") <= 8) OR "status" = 'cleanup_failed'
