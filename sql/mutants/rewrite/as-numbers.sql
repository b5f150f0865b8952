-- Same: Booleans as numbers, multiplied.
-- Place: predicate
("closed_at" IS NOT NULL)::integer * ("status" NOT IN ('archived','cleanup_failed'))::integer = 0
