-- Mistake: It leaves another search_path behind in the session.
-- Place: behind
SELECT pg_catalog.set_config('search_path', 'pg_catalog', false);
