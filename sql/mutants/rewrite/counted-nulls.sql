-- Same: num_nulls over NULLIF.
-- Place: predicate
"closed_at" IS NULL OR num_nulls(NULLIF("status",'archived'), NULLIF("status",'cleanup_failed')) = 1
