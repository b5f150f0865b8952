-- Mistake: It leaves an advisory lock behind, held by a pooled connection.
-- Place: in front
SELECT pg_catalog.pg_advisory_lock(77);
