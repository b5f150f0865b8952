-- Same: = ANY (ARRAY[…]) for IN.
-- Place: predicate
"closed_at" IS NULL OR "status" = ANY (ARRAY['archived','cleanup_failed'])
