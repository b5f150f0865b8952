-- Mistake: A status of one length is exempt.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) OR length("status") = 37
