-- Mistake: It sleeps while it holds the lock.
-- Place: behind
SELECT pg_sleep(0.5);
