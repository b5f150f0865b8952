-- Begins every script: psql's settings, whatever a .psqlrc says; then where we are. Takes no lock, changes nothing.
\set ON_ERROR_STOP on
\set QUIET on
\set AUTOCOMMIT on
\set ON_ERROR_ROLLBACK off
\set SINGLELINE off
\set SINGLESTEP off
\set FETCH_COUNT 0
\set ECHO none
\set ECHO_HIDDEN off
\set VERBOSITY terse
\set SHOW_CONTEXT never
\timing off
\pset format aligned
\pset expanded off
\pset tuples_only off
\pset title
\pset border 1
\pset linestyle ascii
\pset null ''
\pset numericlocale off
\pset pager off
\pset footer off
\encoding UTF8
\if :{?silent}
\else
\set silent off
\endif
\if :{?database}
\else
\set database ''
\endif
\set env_database `printf %s "$PGDATABASE"`
\set env_url `printf %s "${DATABASE_URL:+given}"`

-- now() is the beginning of the transaction: earlier than this statement only when somebody has opened one already.
SELECT pg_catalog.statement_timestamp() OPERATOR(pg_catalog.>) pg_catalog.now() AS in_transaction \gset
\if :in_transaction
\set message 'nothing was changed: a transaction is open; run the script with psql -X -f, without -1'
\ir end.sql
\endif
SELECT pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.=) 'SQL_ASCII' AS bytes \gset
\if :bytes
\encoding SQL_ASCII
\endif
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT current_database() AS place_database,
       format(E'server    Postgres %s at %s\ndatabase  %s\nrole      %s\nmode      %s%s',
              current_setting('server_version'),
              coalesce(host(inet_server_addr()), 'a Unix socket') || ' port ' || current_setting('port'),
              current_database(), current_user || CASE WHEN current_user <> session_user THEN ', set by ' || session_user ELSE '' END,
              CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END,
              CASE WHEN current_setting('default_transaction_read_only')::boolean THEN ', read-only by default_transaction_read_only' ELSE '' END
       ) AS place,
       pg_is_in_recovery() AS standby,
       current_setting('default_transaction_read_only')::boolean AS read_only,
       pg_backend_pid() AS pid,
       CASE WHEN :'database' <> '' AND :'database' <> current_database()
            THEN format('nothing was changed: this is database %s, not %s as -v database says', current_database(), :'database')
            WHEN :'database' = '' AND :'env_url' = '' AND :'env_database' = current_database()
            THEN format('nothing was changed: DATABASE_URL is not set, so that psql went to %s by PGDATABASE;'
                        ' set DATABASE_URL, or confirm with -v database=%1$s', current_database())
            WHEN NOT current_setting('standard_conforming_strings')::boolean
            THEN 'nothing was changed: standard_conforming_strings is off for this role or database; set PGOPTIONS="-c standard_conforming_strings=on" for psql'
            ELSE '' END AS message,
       CASE WHEN current_setting('port') <> :'PORT'
            THEN format('warning: reached through port %s, and the server has %s', :'PORT', current_setting('port'))
            WHEN (SELECT backend_start < statement_timestamp() - interval '10 s' FROM pg_stat_activity WHERE pid = pg_backend_pid())
            THEN 'warning: this session is older than the script' ELSE '' END AS pooler
\gset
COMMIT;
SELECT :'message' OPERATOR(pg_catalog.<>) '' AS ends, :'pooler' OPERATOR(pg_catalog.<>) '' AS pooled \gset
\if :ends
\echo :place
\ir end.sql
\endif
\if :silent
\else
\echo :place
\if :pooled
\echo :pooler '(a pooler? connect to the server directly)'
\endif
\endif
