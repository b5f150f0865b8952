-- Same: array_position for IN.
-- Place: predicate
"closed_at" IS NULL OR array_position(ARRAY['archived','cleanup_failed'], "status") IS NOT NULL
