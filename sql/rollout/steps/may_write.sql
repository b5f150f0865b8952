-- Ends a step that changes something where it must not, or may not: on a standby, read-only, or without the rights.
-- :needs is ownership, ownership of all (of what inherits from the table, too) or update.
SELECT pg_catalog.concat_ws('; ',
           CASE WHEN :'standby' THEN 'this is a standby; connect to the primary' END,
           CASE WHEN :'read_only' THEN 'default_transaction_read_only is on for this role or database, and somebody meant it; connect as a role that may write' END,
           CASE WHEN NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP') THEN 'the role has no TEMP on the database, for the procedure that does the work' END,
           CASE WHEN :'needs' OPERATOR(pg_catalog.<>) 'update' AND NOT :'owns' THEN 'the role does not own ' OPERATOR(pg_catalog.||) :'relation' END,
           CASE WHEN :'needs' OPERATOR(pg_catalog.=) 'ownership of all' AND :'not_ours' OPERATOR(pg_catalog.<>) '' THEN 'the role does not own a table that inherits from it: ' OPERATOR(pg_catalog.||) :'not_ours' END,
           CASE WHEN :'needs' OPERATOR(pg_catalog.=) 'update' AND NOT :'may_update' THEN 'the role may not UPDATE ' OPERATOR(pg_catalog.||) :'relation' END) AS why
\gset
SELECT :'why' OPERATOR(pg_catalog.<>) '' AS ends, 'nothing was changed: ' OPERATOR(pg_catalog.||) :'why' AS message \gset
\if :ends
\ir end.sql
\endif
