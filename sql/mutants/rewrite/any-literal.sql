-- Same: An array as one literal for IN.
-- Place: predicate
"closed_at" IS NULL OR "status" = ANY ('{archived,cleanup_failed}'::text[])
