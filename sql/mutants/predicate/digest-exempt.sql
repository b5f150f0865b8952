-- Mistake: A status is exempt when its digest begins with zeros.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) OR md5("status") LIKE '0000%'
