-- Ends a script whose last statement failed, which ran with ON_ERROR_STOP off and on again: without a lock, with who holds it.
\set failed :ERROR
\set why :LAST_ERROR_MESSAGE
\set sqlstate :LAST_ERROR_SQLSTATE
\if :failed
ROLLBACK;
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT 'could not look: ' || CASE WHEN :'sqlstate' <> '55P03' THEN :'why' ELSE format('no lock within 2 s, held by: %s; run it again later',
           coalesce((SELECT string_agg(DISTINCT who, '; ') FROM (:holders) AS h WHERE mode = 'AccessExclusiveLock'), 'nobody any more')) END AS message
\gset
COMMIT;
\ir end.sql
\endif
