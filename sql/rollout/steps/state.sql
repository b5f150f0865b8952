-- What every step has to know: the table, the constraint and what it means, drizzle's history. Changes nothing.
-- Locks: ACCESS SHARE on the table and on the history, for the length of a catalog look-up.
\if :{?migration_hash}
\else
\set migration_hash :migration_hash_default
\endif
\if :{?migration_when}
\else
\set migration_when :migration_when_default
\endif
\if :{?migration_tag}
\else
\set migration_tag :migration_tag_default
\endif
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '1min';
SELECT format('%I.%I', :'schema', :'table') AS relation \gset
SELECT coalesce(
           CASE WHEN :'migration_hash' !~ '^[0-9a-f]{64}$' OR :'migration_when' !~ '^\d{1,18}$'
                THEN 'could not look: say -v migration_hash=HEX with 64 digits, and -v migration_when=MS in milliseconds' END,
           CASE WHEN c.oid IS NULL THEN format('database %s has no %s; is it the right one?', current_database(), :'relation') END,
           CASE WHEN NOT has_table_privilege(c.oid, 'SELECT')
                THEN format('could not look: role %s may not SELECT from %s', current_user, :'relation') END,
           CASE WHEN row_security_active(c.oid)
                THEN format('could not look: row security hides rows of %s from role %s; connect as its owner, or as a role'
                            ' with BYPASSRLS', :'relation', current_user) END,
           '') AS message,
       coalesce(pg_has_role(c.relowner, 'USAGE'), false) AS owns,
       pg_get_userbyid(c.relowner) AS owner,
       coalesce(has_table_privilege(c.oid, 'UPDATE'), false) AS may_update,
       coalesce((SELECT r.oid FROM pg_class AS r WHERE r.relname = 'repaired_rows' AND r.relnamespace = to_regnamespace('rollout')), 0) AS record_oid,
       c.oid AS relation_oid
  FROM (SELECT to_regclass(:'relation') AS oid) AS t LEFT JOIN pg_class AS c ON c.oid = t.oid
\gset
SELECT :'message' <> '' AS ends \gset
\if :ends
ROLLBACK;
\ir end.sql
\endif

-- drizzle's history, where it is: in schema drizzle, or wherever else a table of that name stands.
\if :{?history}
\else
\set history ''
\endif
\set history_read false
\set recorded false
\set other_hash false
\set newest 0
\set by_name false
\set entries 0
SELECT count(*) AS histories,
       coalesce((array_agg(format('%I.%I', n.nspname, c.relname) ORDER BY n.nspname = 'drizzle' DESC, n.nspname))[1], '') AS history_found,
       coalesce((array_agg(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
                           ORDER BY n.nspname = 'drizzle' DESC, n.nspname))[1], false) AS history_readable
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v') AND NOT n.nspname LIKE 'pg\_%'
   AND (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname IN ('hash', 'created_at')) = 2
   AND CASE WHEN :'history' IN ('', 'none') THEN c.relname = '__drizzle_migrations' AND :'history' = ''
            ELSE c.oid = to_regclass(:'history') END
\gset
\ir open_work.sql
\ir holders.sql

-- The constraint: on its table, under its name. The name alone proves nothing.
\set ON_ERROR_STOP off
SELECT k.oid IS NOT NULL AS there,
       coalesce(pg_get_expr(k.conbin, k.conrelid), 'true') AS expression,
       coalesce(pg_get_constraintdef(k.oid), 'there is none') AS definition_found,
       coalesce(regexp_replace(pg_get_constraintdef(k.oid), '( NO INHERIT| NOT VALID| NOT ENFORCED)+$', ''), '') = :'definition' AS same_words,
       coalesce(k.convalidated, false) AS validated,
       coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced,
       coalesce(k.connoinherit, false) AS no_inherit,
       coalesce((SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
                  WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND NOT :'near'::jsonb ? a.attname), '') AS other_columns,
       coalesce((SELECT string_agg(CASE o.conrelid WHEN 0 THEN 'a domain' WHEN t.oid THEN 'a constraint that is no CHECK' ELSE 'a constraint of ' || o.conrelid::regclass END, ', ' ORDER BY o.oid)
                   FROM pg_constraint AS o WHERE o.conname = :'constraint' AND o.oid IS DISTINCT FROM k.oid), '') AS elsewhere
  FROM (SELECT :'relation'::regclass AS oid) AS t
  LEFT JOIN pg_constraint AS k ON k.conrelid = t.oid AND k.contype = 'c' AND k.conname = :'constraint'
\gset
\set ON_ERROR_STOP on
\ir held.sql

-- The tables that inherit from it: ADD and DROP go down to each and ask for ownership, so what the role does not own of
-- them, and what the table's own owner does not. And which of all are published without a replica identity: no UPDATE there.
WITH RECURSIVE tree AS (
    SELECT :'relation'::regclass::oid AS oid UNION SELECT i.inhrelid FROM tree JOIN pg_inherits AS i ON i.inhparent = tree.oid)
SELECT coalesce(string_agg(said, ', ' ORDER BY said) FILTER (WHERE NOT pg_has_role(relowner, 'USAGE') AND child), '') AS not_ours,
       coalesce(string_agg(said, ', ' ORDER BY said) FILTER (WHERE NOT pg_has_role(:'owner', relowner, 'USAGE') AND child), '') AS not_the_owners,
       coalesce(string_agg(name, ', ' ORDER BY name) FILTER (WHERE not_updated), '') AS not_updated
  FROM (SELECT c.relowner, c.oid <> :'relation'::regclass AS child, c.oid::regclass::text AS name,
               format('%s, which belongs to role %I', c.oid::regclass, pg_get_userbyid(c.relowner)) AS said,
               c.relreplident <> 'f' AND pg_get_replica_identity_index(c.oid) IS NULL AND EXISTS (
                   SELECT FROM pg_publication_tables AS t JOIN pg_publication AS p ON p.pubname = t.pubname
                    WHERE p.pubupdate AND t.tablename = c.relname AND t.schemaname = c.relnamespace::regnamespace::name) AS not_updated
          FROM tree JOIN pg_class AS c ON c.oid = tree.oid) AS found
\gset
\if :history_readable
\set ON_ERROR_STOP off
SELECT count(*) FILTER (WHERE h.hash = :'migration_hash' OR to_jsonb(h) ->> 'name' = :'migration_tag') > 0 AS recorded,
       count(*) FILTER (WHERE h.hash <> :'migration_hash' AND h.created_at = :migration_when) > 0 AS other_hash,
       coalesce(max(h.created_at), 0) AS newest, true AS history_read, count(*) AS entries,
       EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(:'history_found') AND attname = 'name') AS by_name
  FROM :history_found AS h
\gset
\set ON_ERROR_STOP on
\ir held.sql
\endif
-- drizzle v1, whose history has names, goes by them.
SELECT NOT :'by_name' AND :newest >= :migration_when AS newer_ran,
       CASE WHEN :'history' = 'none' THEN 'not asked for'
            WHEN :histories = 0 THEN 'not found'
            WHEN NOT :'history_readable' THEN :'history_found' || ' cannot be read by role ' || current_user
            ELSE :'history_found' || CASE WHEN :histories > 1 THEN ' (one of several: -v history=SCHEMA.TABLE names another)' ELSE '' END
       END AS history_said
\gset
COMMIT;

-- What the constraint means: by its words, and only where those differ by its columns and by rows. NULL passes a CHECK.
-- The rows: the values that matter, and what stands in the expression itself, each with near misses of it.
\set lets_in 0
\set keeps_out 0
\set raises false
\set raised ''
SELECT :'there'::boolean AND NOT :'same_words'::boolean AS look_closer \gset
\if :look_closer
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL statement_timeout = '1min';
\set ON_ERROR_STOP off
WITH RECURSIVE
literal AS (SELECT DISTINCT replace(m[1], '''''', '''') AS said FROM regexp_matches(:'expression', '''((?:[^'']|'''')*)''', 'g') AS m),
piece AS (SELECT said FROM literal UNION SELECT btrim(p, ' "') FROM literal, regexp_split_to_table(said, '[{},%_|()^$]+') AS p),
number AS (SELECT DISTINCT m[1]::integer AS n FROM regexp_matches(:'expression', '\m(\d{1,3})\M', 'g') AS m),
near_text AS (
    SELECT v FROM piece, unnest(ARRAY[said, upper(said), lower(said), said || ' ', ' ' || said, said || 'x', 'x' || said, left(said, -1)]) AS v
     UNION SELECT repeat('x', greatest(0, n + d)) FROM number, generate_series(-1, 1) AS d
     UNION SELECT rpad('archived', greatest(0, n + d), 'x') FROM number, generate_series(-1, 1) AS d),
near_time AS (
    SELECT (said::timestamptz + d * step)::text AS v
      FROM (SELECT said FROM piece WHERE said ~ '^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:\d\d)?)?)?$') AS t, generate_series(-1, 1) AS d,
           unnest(ARRAY[interval '1 microsecond', interval '1 s']) AS step),
col AS (
    SELECT row_number() OVER (ORDER BY k.key) AS place, k.key AS name,
           k.value || coalesce((SELECT jsonb_agg(v) FROM (SELECT v FROM near_text WHERE a.typcategory = 'S'
                                                         UNION SELECT v FROM near_time WHERE a.typcategory = 'D') AS more), '[]') AS vals
      FROM jsonb_each(:'near') AS k
      JOIN (SELECT at.attname, ty.typcategory FROM pg_attribute AS at JOIN pg_type AS ty ON ty.oid = at.atttypid
             WHERE at.attrelid = :'relation'::regclass) AS a ON a.attname = k.key),
made AS (
    SELECT 0::bigint AS place, '{}'::jsonb AS row
     UNION ALL
    SELECT c.place, m.row || jsonb_build_object(c.name, v) FROM made AS m JOIN col AS c ON c.place = m.place + 1, jsonb_array_elements(c.vals) AS v)
SELECT count(*) FILTER (WHERE (:expression) IS NOT FALSE AND (:rule) IS FALSE) AS lets_in,
       count(*) FILTER (WHERE (:expression) IS FALSE AND (:rule) IS NOT FALSE) AS keeps_out
  FROM jsonb_populate_recordset(NULL:::"schema".:"table", (SELECT jsonb_agg(row) FROM made WHERE place = (SELECT max(place) FROM col))) AS :"table"
\gset
\set raises :ERROR
\set raised :LAST_ERROR_MESSAGE
\set ON_ERROR_STOP on
ROLLBACK;
\endif
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT concat_ws('; ',
           CASE WHEN :'there' AND :'other_columns' <> '' THEN 'it looks at ' || :'other_columns' || ' as well' END,
           CASE WHEN :lets_in > 0 THEN 'it lets rows in that the rule forbids' END,
           CASE WHEN :keeps_out > 0 THEN 'it keeps rows out that the rule allows' END,
           CASE WHEN :'raises' THEN 'it raises: ' || :'raised' END) AS not_the_rule
\gset
SELECT :'not_the_rule' <> '' AS differs, :'there' AND (:'not_the_rule' <> '' OR NOT :'enforced' OR :'no_inherit') AS unfit \gset
COMMIT;
