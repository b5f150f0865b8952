-- Mistake: An order of texts lets a gap in.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) OR ("status" COLLATE "C" > 'cleanup_failed' AND "status" COLLATE "C" < 'cleanup_failed!')
