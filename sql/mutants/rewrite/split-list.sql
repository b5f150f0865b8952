-- Same: A list that string_to_array makes.
-- Place: predicate
"closed_at" IS NULL OR "status" = ANY (string_to_array('archived,cleanup_failed', ','))
