-- Ends a script with :message as its error, and so psql with exit code 3.
SELECT pg_catalog.format('DO %L', pg_catalog.format('BEGIN RAISE EXCEPTION USING MESSAGE = %L; END', :'message'))
\gexec
\set ON_ERROR_STOP on
