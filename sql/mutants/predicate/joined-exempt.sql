-- Mistake: The start and the rest are each right, and together they are another text.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) OR (right("status", 3) = 'xyz' AND left("status", -3) = 'q')
