-- Same: substring of as many characters as there are.
-- Place: predicate
"closed_at" IS NULL OR (substring("status" FROM 1 FOR 8) = 'archived' AND length("status") = 8) OR "status" = 'cleanup_failed'
