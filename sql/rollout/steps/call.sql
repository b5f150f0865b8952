-- Calls :procedure with the rule and :options, and ends with what it reported.
-- The wrapper pins search_path, for the procedure's own types are looked up there; a SET of the session would outlive us
-- behind a pooler. Only statement_timeout and transaction_timeout are off meanwhile and then put back: a call is one statement, a pause in a transaction.
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT format('CREATE OR REPLACE PROCEDURE pg_temp.rollout_call(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS %L',
              format('BEGIN SET LOCAL search_path = pg_catalog, pg_temp; CALL pg_temp.%I(rule, done, report); END', :'procedure'))
\gexec
SELECT format('CALL pg_temp.rollout_call(%L, NULL, NULL)', jsonb_build_object(
           'relation', :'relation', 'schema', :'schema', 'table', :'table', 'key', :'key', 'key_type', :'key_type', 'constraint', :'constraint',
           'rule', :'rule', 'column', :'repair_column', 'value', :'repair_value', 'other_column', :'other_repair_column',
           'owns', :'owns', 'holders', :'holders') || :'options'::jsonb) AS call,
       current_setting('statement_timeout') <> '0' AS timed, coalesce(current_setting('transaction_timeout', true), '0') <> '0' AS bounded,
       pg_backend_pid() <> :pid AS moved
\gset
COMMIT;
\if :{?lists_work}
\else
\set lists_work false
\endif
\set ended false
\set done false
\set report ''
\if :timed
SET statement_timeout = 0;
\endif
\if :bounded
SET transaction_timeout = 0;
\endif
\set ON_ERROR_STOP off
:call \gset
\set ended :ERROR
\set why :LAST_ERROR_MESSAGE
\set sqlstate :LAST_ERROR_SQLSTATE
BEGIN;
SET LOCAL client_min_messages = warning;
DROP PROCEDURE IF EXISTS pg_temp.:"procedure"(pg_catalog.jsonb, pg_catalog.bool, pg_catalog.text),
                         pg_temp.rollout_call(pg_catalog.jsonb, pg_catalog.bool, pg_catalog.text);
COMMIT;
\if :timed
RESET statement_timeout;
\endif
\if :bounded
RESET transaction_timeout;
\endif
\set ON_ERROR_STOP on
\if :ended
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT 'it stopped: ' || CASE
           WHEN :'moved' OR strpos(:'why', 'pg_temp') > 0
           THEN 'behind a pooler the session is not the same from statement to statement; connect to the server directly'
           WHEN :'sqlstate' = '55P03'
           THEN format('no lock within 2 s, held by: %s; run it again later',
                       coalesce((SELECT string_agg(DISTINCT who, '; ') FROM (:holders) AS h
                                  WHERE mode NOT IN ('AccessShareLock', 'ShareUpdateExclusiveLock')), 'nobody any more'))
           WHEN :'sqlstate' = '42P10'
           THEN :'why' || ': a publication''s filter or columns do not go with its replica identity (see ALTER TABLE ... REPLICA IDENTITY)'
           ELSE :'why' END AS message
\gset
COMMIT;
\ir end.sql
\endif
\if :done
\echo :report
\else
\if :lists_work
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '1min';
\set listed false
\set ON_ERROR_STOP off
SELECT EXISTS (SELECT FROM (:open_work) AS w) AS listed \gset
\if :listed
\ir open_work_list.sql
\endif
\set ON_ERROR_STOP on
COMMIT;
\endif
\set message :report
\ir end.sql
\endif
