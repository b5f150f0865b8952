-- Mistake: It switches triggers and foreign keys off for the session, which only a superuser may.
-- Place: in front
SET LOCAL session_replication_role = 'replica';
