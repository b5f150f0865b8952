-- Calls :procedure with the rule and :options, puts back what it set, and ends with what it reported.
-- statement_timeout is off meanwhile, for all transactions of a call are one statement to the server; search_path is pinned,
-- for the procedure's own types are looked up there.
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT format('CALL pg_temp.%I(%L, NULL, NULL)', :'procedure', jsonb_build_object(
           'relation', :'relation', 'schema', :'schema', 'table', :'table', 'key', :'key', 'key_type', :'key_type', 'constraint', :'constraint',
           'rule', :'rule', 'column', :'repair_column', 'value', :'repair_value', 'other_column', :'other_repair_column',
           'holders', :'holders') || :'options'::jsonb) AS call,
       pg_backend_pid() <> :pid AS moved
\gset
COMMIT;
\set ended false
\set done false
\set report ''
SET statement_timeout = 0;
SET search_path = pg_catalog, pg_temp;
\set ON_ERROR_STOP off
:call \gset
\set ended :ERROR
\set why :LAST_ERROR_MESSAGE
DROP PROCEDURE IF EXISTS pg_temp.:"procedure"(pg_catalog.jsonb, pg_catalog.bool, pg_catalog.text);
RESET statement_timeout;
RESET search_path;
\set ON_ERROR_STOP on
\if :ended
SELECT CASE WHEN :'moved' OR pg_catalog.strpos(:'why', 'procedure pg_temp') OPERATOR(pg_catalog.>) 0
            THEN 'it stopped: behind a pooler the session is not the same from statement to statement; connect to the server directly'
            ELSE pg_catalog.concat('it stopped: ', :'why') END AS message
\gset
\ir end.sql
\endif
\if :done
\echo :report
\else
\set message :report
\ir end.sql
\endif
