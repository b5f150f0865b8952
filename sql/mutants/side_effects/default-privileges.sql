-- Mistake: It grants rights on every table to come to everyone.
-- Place: behind
ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT ALL ON TABLES TO PUBLIC;
