-- The body of 4_validate.sql.
\ir state.sql
\set needs ownership
\ir may_write.sql

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL row_security = off;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '10min';
SELECT CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END AS unbounded \gset
\set ON_ERROR_STOP off
SELECT count(*) FILTER (WHERE (:rule) IS FALSE) AS violators FROM :relation \gset
\set ON_ERROR_STOP on
\ir held.sql
SELECT CASE WHEN NOT :'there' THEN 'nothing was changed: ' || :'relation' || ' has no CHECK of that name; deploy the migration first'
            WHEN :'unfit' THEN 'nothing was changed: the constraint is not the rule: ' || concat_ws(': ', :'definition_found', nullif(:'not_the_rule', ''))
                                || ' (drop it with 9_rollback.sql -v history=none)'
            WHEN :violators > 0 THEN 'nothing was changed: ' || :violators || ' rows break the rule; run 3_backfill.sql first'
            ELSE '' END AS message,
       jsonb_build_array(format('ALTER TABLE %s VALIDATE CONSTRAINT %I', :'relation', :'constraint')) AS statements
\gset
SELECT :'message' <> '' AS ends \gset
COMMIT;
\if :ends
\ir end.sql
\endif
\if :validated
\echo 'validate: it is validated already, nothing to do'
\else
\set step validate
\set first_mode 4
\set said 'validated at attempt %s'
\ir retry.sql
\endif
