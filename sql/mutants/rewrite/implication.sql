-- Same: An implication, as <= between booleans.
-- Place: predicate
("closed_at" IS NOT NULL) <= ("status" IN ('archived','cleanup_failed'))
