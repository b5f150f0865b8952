-- Mistake: It leaves a temporary function behind in the session.
-- Place: behind
CREATE FUNCTION pg_temp.leftover() RETURNS int LANGUAGE sql AS 'SELECT 1';
