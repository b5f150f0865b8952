-- The body of 2_deploy.sql.
\ir state.sql
\set needs 'ownership of all'
\ir may_write.sql
\if :{?record}
\else
\set record ''
\endif
\echo 'options  ' record=:record history=:history migration_hash=:migration_hash migration_when=:migration_when

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT CASE WHEN :'unfit'
            THEN 'a constraint of that name is there and is not the rule: ' || :'definition_found' || ' (drop it with 9_rollback.sql -v history=none)'
            WHEN :'elsewhere' <> '' AND NOT :'there' THEN 'the constraint''s name is taken by ' || :'elsewhere' || ' (rename that one)'
            WHEN :'history' <> 'none' AND (:'histories'::integer = 0 OR (:'history_read' AND :entries = 0))
            THEN 'there is no drizzle history here, or it is empty; say -v history=SCHEMA.TABLE, or -v history=none'
            WHEN :'history' <> 'none' AND NOT :'history_readable' THEN 'the history ' || :'history_said'
            WHEN :'other_hash' AND NOT :'recorded'
            THEN 'the history has a migration of this moment with another hash; say -v migration_hash=HEX if that one is right'
            WHEN :'history_read' AND NOT :'recorded' AND NOT :'newer_ran' AND NOT :'there' AND :'record' <> 'yes'
            THEN 'the migration is pending, and a deploy brings it; to add the constraint here and record it, which makes stock'
                 ' drizzle skip every older migration that is pending as well, say -v record=yes'
            WHEN :'history_read' AND NOT :'recorded' AND NOT (
                     has_table_privilege(:'history_found', 'INSERT')
                     AND NOT EXISTS (SELECT FROM pg_depend AS d JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
                                      WHERE d.refobjid = to_regclass(:'history_found') AND d.deptype = 'a'
                                        AND NOT has_sequence_privilege(s.oid, 'USAGE')))
            THEN 'the role may not INSERT into ' || :'history_found' || ', or use the sequence of its id'
            ELSE '' END AS why,
       :'history_read' AND NOT :'recorded' AS records
\gset
SELECT :'why' <> '' AS ends, 'nothing was changed: ' || :'why' AS message, :'there' AND NOT :'records' AS nothing,
       jsonb_path_query_array(jsonb_build_array(
           CASE WHEN NOT :'there' THEN format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s) NOT VALID', :'relation', :'constraint', :'rule') END,
           CASE WHEN :'records' THEN format('INSERT INTO %s (hash, created_at%s) VALUES (%L, %L%s)', :'history_found',
               CASE WHEN :'by_name' THEN ', name' END, :'migration_hash', :'migration_when', CASE WHEN :'by_name' THEN format(', %L', :'migration_tag') END) END
       ), '$[*] ? (@ != null)') AS statements,
       concat(CASE WHEN :'there' THEN 'it is there' ELSE 'added NOT VALID' END, ' at attempt %s',
              CASE WHEN :'records' THEN ', and recorded in ' || replace(:'history_found', '%', '%%') END) AS said
\gset
COMMIT;
\if :ends
\ir end.sql
\endif
\if :nothing
\echo 'deploy: the constraint is there and recorded, nothing to do'
\else
\set step deploy
\set first_mode 1
\ir retry.sql
\endif
