-- Mistake: A text is cut at eight characters before it is compared.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) OR "status"::varchar(8) = 'archived'
