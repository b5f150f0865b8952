-- Who holds a lock on the table, a table that inherits from it, the related work or drizzle's history, as :holders (a query
-- without its end). The lock modes in order as :modes: ACCESS EXCLUSIVE conflicts with all, SHARE UPDATE EXCLUSIVE from the
-- 4th on, ROW EXCLUSIVE from the 5th.
--
-- Columns: virtualtransaction, mode, who (one line), since, hinders (false for weak locks on work and history), autovacuum
-- (gives way to DDL after deadlock_timeout), wraparound (an autovacuum that never gives way). A prepared transaction has no process; it is named by its gid.
-- The state and query of other roles' sessions are hidden from a plain role, their locks are not.
\set modes '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'
SELECT pg_catalog.format($$
    WITH RECURSIVE tree AS (
        SELECT %1$L::regclass::oid AS oid UNION SELECT i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON i.inhparent = tree.oid)
    SELECT l.virtualtransaction, l.mode, coalesce(v.autovacuum AND NOT v.wraparound, false) AS autovacuum, coalesce(v.wraparound, false) AS wraparound,
           l.relation IN (SELECT oid FROM tree) OR l.mode IN ('ExclusiveLock', 'AccessExclusiveLock')
               OR (l.relation = to_regclass(%3$L) AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock')) AS hinders,
           coalesce(a.xact_start, x.prepared) AS since,
           concat_ws(', ',
               CASE WHEN l.pid IS NULL THEN format('prepared transaction %%L', x.gid) ELSE 'pid ' || l.pid END,
               CASE WHEN v.wraparound THEN 'autovacuum against wraparound' WHEN v.autovacuum THEN 'autovacuum' END,
               'role ' || quote_ident(a.usename), 'application ' || nullif(to_jsonb(a.application_name)::text, '""'), a.state,
               'for ' || date_trunc('second', clock_timestamp() - coalesce(a.xact_start, x.prepared)),
               l.mode || ' on ' || l.relation::regclass, 'query ' || left(to_jsonb(nullif(a.query, '<insufficient privilege>'))::text, 80)) AS who
      FROM pg_catalog.pg_locks AS l
      LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
      LEFT JOIN LATERAL (
          SELECT p.gid, p.prepared
            FROM pg_catalog.pg_prepared_xacts AS p JOIN pg_catalog.pg_locks AS t ON t.transactionid = p.transaction
           WHERE t.locktype = 'transactionid' AND t.pid IS NULL AND l.pid IS NULL AND t.virtualtransaction = l.virtualtransaction) AS x ON true
      LEFT JOIN LATERAL (
          SELECT a.usename IS NULL AS autovacuum,
                 CASE WHEN a.query LIKE 'autovacuum: %%' THEN a.query LIKE '%%(to prevent wraparound)%%'
                      ELSE a.usename IS NULL AND (
                          age(c.relfrozenxid) > least(o.freeze, current_setting('autovacuum_freeze_max_age')::integer)
                          OR mxid_age(c.relminmxid) > least(o.multixact, current_setting('autovacuum_multixact_freeze_max_age')::integer)) END AS wraparound
            FROM pg_catalog.pg_stat_progress_vacuum AS p JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
           CROSS JOIN LATERAL (
              SELECT max(option_value::integer) FILTER (WHERE option_name = 'autovacuum_freeze_max_age') AS freeze,
                     max(option_value::integer) FILTER (WHERE option_name = 'autovacuum_multixact_freeze_max_age') AS multixact
                FROM pg_catalog.pg_options_to_table(c.reloptions) WHERE option_name LIKE 'autovacuum%%max_age') AS o
           WHERE p.pid = l.pid) AS v ON true
     WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
       AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
       AND (l.relation IN (SELECT oid FROM tree) OR l.relation IN (to_regclass(%2$L), to_regclass(%3$L)))$$,
    :'relation', CASE WHEN :'work' <> '' THEN format('public.%I', :'work') END, CASE WHEN :'history_readable' THEN :'history_found' END) AS holders
\gset
