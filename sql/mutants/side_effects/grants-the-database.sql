-- Mistake: It grants every right on the database to everyone.
-- Place: behind
DO $$ BEGIN EXECUTE format('GRANT ALL ON DATABASE %I TO PUBLIC', current_database()); END $$;
