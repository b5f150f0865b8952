-- Mistake: It leaves a large object behind.
-- Place: behind
SELECT lo_from_bytea(0, 'left');
