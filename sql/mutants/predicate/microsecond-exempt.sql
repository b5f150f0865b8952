-- Mistake: One microsecond is exempt.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) OR ("closed_at" > '2026-01-01 00:00:00+00' AND "closed_at" < '2026-01-01 00:00:00.000002+00')
