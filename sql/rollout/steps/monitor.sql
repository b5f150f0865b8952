-- The body of 5_monitor.sql. The history is not its business.
\set history none
\ir state.sql
\if :{?output}
\else
\set output sentences
\endif
-- The query an exporter can run as it stands: it compares the constraint by its words.
\set columns 'constraint_name, code, violators, present, validated, is_the_rule'
BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '10min';
SELECT CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END AS unbounded \gset
SET LOCAL row_security = off;
SELECT :'output' NOT IN ('sentences', 'rows', 'query') AS ends, format('could not look: output=%s; say rows or query, or leave it out', :'output') AS message,
       :'output' = 'query' AS says_query, :'output' = 'rows' AS says_rows,
       format($$SELECT %1$L AS constraint_name,
       CASE WHEN violators > 0 OR k.oid IS NULL OR NOT (is_the_rule AND enforced) THEN 2 WHEN NOT k.convalidated OR k.connoinherit THEN 1 ELSE 0 END AS code,
       violators, k.oid IS NOT NULL AS present, coalesce(k.convalidated, false) AS validated, coalesce(is_the_rule AND enforced, false) AS is_the_rule
  FROM (SELECT count(*) FILTER (WHERE (%2$s) IS FALSE) AS violators FROM %3$s) AS r
  LEFT JOIN pg_catalog.pg_constraint AS k ON k.conrelid = '%3$s'::regclass AND k.contype = 'c' AND k.conname = %1$L
  CROSS JOIN LATERAL (
      SELECT regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '( NO INHERIT| NOT VALID| NOT ENFORCED)+$', '') = %4$L AS is_the_rule,
             coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) AS enforced) AS d$$,
           :'constraint', :'rule', :'relation', :'definition') AS query,
       NOT :'differs'::boolean AS is_the_rule
\gset
\if :ends
ROLLBACK;
\ir end.sql
\endif
\pset tuples_only on
\pset format unaligned
\if :says_query
\echo :query
COMMIT;
\else
\set ON_ERROR_STOP off
SELECT count(*) FILTER (WHERE (:rule) IS FALSE) AS violators FROM :relation \gset
\set ON_ERROR_STOP on
\ir held.sql
SELECT CASE WHEN :violators > 0 OR NOT :'there' OR :'differs' OR NOT :'enforced' THEN 2 WHEN NOT :'validated' OR :'no_inherit' THEN 1 ELSE 0 END AS code,
       format('constraint %s', :'constraint') AS name_said \gset
\if :says_rows
SELECT :'constraint', :code, :violators, :'there'::boolean, :'validated'::boolean, :'there'::boolean AND :'is_the_rule'::boolean AND :'enforced'::boolean;
COMMIT;
\else
SELECT coalesce(string_agg(said, E'\n' ORDER BY place), '') AS faults, coalesce(string_agg(said, '; ' ORDER BY place), '') AS faults_said FROM (VALUES
    (1, NOT :'there'::boolean, :'name_said' || ' is missing on ' || :'relation' || ': run 2_deploy.sql'),
    (2, :'there' AND :'differs', :'name_said' || ' is not the rule: ' || :'definition_found' || ': ' || :'not_the_rule'),
    (3, :'there' AND NOT :'enforced', :'name_said' || ' is NOT ENFORCED'),
    (4, :'there' AND :'no_inherit', :'name_said' || ' is NO INHERIT'),
    (5, :'there' AND NOT :'validated', :'name_said' || ' is not validated: run 4_validate.sql')
) AS wrong (place, applies, said) WHERE applies
\gset
SELECT :'faults' <> '' AS faulty \gset
\if :faulty
\echo :faults
\endif
SELECT format('row %s of %s: %s', :"key", :'relation', (SELECT string_agg(k || ' ' || coalesce((to_jsonb(t) -> k)::text, 'null'), ', ' ORDER BY k)
                                                          FROM jsonb_object_keys(:'near'::jsonb || jsonb_build_object(:'cause', null)) AS k))
  FROM :relation AS t WHERE (:rule) IS FALSE ORDER BY :"key" LIMIT 100;
SELECT format('and %s rows more', :violators - 100) WHERE :violators > 100;
SELECT :code > 0 AS wrong, format('%s: %s: %s', CASE :code WHEN 1 THEN 'warning' ELSE 'violated' END, :'title',
              CASE WHEN :violators > 0 THEN :violators || ' rows break the rule, see above' ELSE :'faults_said' END) AS message
\gset
COMMIT;
\if :wrong
\echo :place
\ir end.sql
\endif
\endif
\endif
