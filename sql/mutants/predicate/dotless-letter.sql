-- Mistake: A class of small letters takes a dotless i, whose capital is an ordinary one.
-- Place: predicate
"closed_at" IS NULL OR (upper("status") = 'ARCHIVED' AND "status" ~ '^[[:lower:]]+$') OR "status" = 'cleanup_failed'
