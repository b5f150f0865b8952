-- Mistake: It leaves a setting behind in the database, for every session to come.
-- Place: behind
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET lock_timeout = ''1s''', current_database());
END $$;
