-- Mistake: A long status is refused, whatever closed_at says.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) AND length("status") < 5000
