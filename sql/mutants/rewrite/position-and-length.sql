-- Same: position at the start, and nothing behind.
-- Place: predicate
"closed_at" IS NULL OR (position('archived' IN "status") = 1 AND octet_length("status") = 8) OR "status" = 'cleanup_failed'
