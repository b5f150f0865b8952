-- The body of 3_backfill.sql.
\ir state.sql
\set needs update
\ir may_write.sql
\if :{?batch_rows}
\else
\set batch_rows 250
\endif
\if :{?pause_ms}
\else
\set pause_ms 0
\endif
\if :{?open_issues}
\else
\set open_issues refuse
\endif
\if :{?record}
\else
\set record yes
\endif
\if :{?row}
\else
\set row ''
\endif
\if :{?repair}
\else
\set repair ''
\endif
\echo 'options  ' batch_rows=:batch_rows pause_ms=:pause_ms open_issues=:open_issues record=:record row=:row repair=:repair

BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT CASE WHEN :'batch_rows' !~ '^[1-9]\d{0,3}$' THEN format('batch_rows=%s: say 1 to 9999', :'batch_rows')
            WHEN :'pause_ms' !~ '^\d{1,6}$' THEN format('pause_ms=%s: say 0 to 999999', :'pause_ms')
            WHEN :'open_issues' NOT IN ('refuse', 'skip') THEN format('open_issues=%s: say skip, or leave it out', :'open_issues')
            WHEN :'record' NOT IN ('yes', 'no') THEN format('record=%s: say no, or leave it out', :'record')
            WHEN (:'row' = '') <> (:'repair' = '') OR :'repair' NOT IN ('', :'repair_value', 'reopen')
            THEN format('row and repair go together: -v row=KEY -v repair=%s, or -v repair=reopen', :'repair_value')
            WHEN :'work' <> '' AND NOT has_table_privilege(format('public.%I', :'work'), 'UPDATE')
            THEN format('role %s may not UPDATE public.%s, whose rows are locked FOR SHARE', current_user, :'work')
            WHEN :'record' = 'yes' AND NOT coalesce(has_schema_privilege(to_regnamespace('rollout'), 'USAGE'), true)
              OR :'record' = 'yes' AND NOT CASE WHEN :'record_oid' = '0' THEN has_database_privilege(current_database(), 'CREATE')
                                                ELSE has_table_privilege(:record_oid, 'INSERT') END
            THEN format('role %s may not make or write rollout.repaired_rows, which keeps what is changed; grant CREATE on'
                        ' database %s, or say -v record=no', current_user, current_database())
            ELSE '' END AS why,
       :'record' = 'yes' AND :'record_oid' = '0' AS makes_record
\gset
SELECT :'why' <> '' AS ends, 'nothing was changed: ' || :'why' AS message \gset
COMMIT;
\if :ends
\ir end.sql
\endif
\if :makes_record
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL lock_timeout = '2s';
SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS rollout;
-- With a key: in a publication of all tables no row of one without could be marked as restored.
CREATE TABLE IF NOT EXISTS rollout.repaired_rows (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, constraint_name text NOT NULL, table_name text NOT NULL, row_key text NOT NULL, column_name text NOT NULL, old_value text,
    new_value text, repaired_at timestamptz NOT NULL DEFAULT clock_timestamp(), run text NOT NULL, restored_at timestamptz);
COMMIT;
\endif

BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE OR REPLACE PROCEDURE pg_temp.rollout_backfill(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    batch_rows constant integer := (rule ->> 'batch_rows')::integer;
    passes_max constant integer := 20;
    broken constant text := format('(%s) IS FALSE', rule ->> 'rule');
    relation constant text := rule ->> 'relation';
    key constant text := quote_ident(rule ->> 'key');
    keys_type constant text := (rule ->> 'key_type') || '[]';
    run constant text := format('%s %s', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), session_user);
    pass integer := 1;
    last_key text;
    candidates text[];
    repairable text[];
    held text[] := '{}';
    open_rows bigint;
    held_by text;
    changed bigint;
    repaired bigint := 0;
    batches bigint := 0;
    passed_over bigint := 0;
    violators bigint;
BEGIN
    done := false;
    LOOP
        -- Each turn is a transaction: the settings are its own.
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL row_security = off;
        SET LOCAL lock_timeout = '2s';
        SET LOCAL application_name = 'rollout backfill';
        IF batches = 0 AND pass = 1 AND last_key IS NULL THEN
            EXECUTE format('SELECT count(*) FROM (%s) AS w', rule ->> 'open_work') INTO open_rows;
            IF open_rows > 0 AND rule ->> 'open_issues' = 'refuse' THEN
                report := format('refused, nothing was changed: %s rows belong to open work, whose repair would take it away; see the list'
                                 ' above (decide row by row, or leave them out with -v open_issues=skip)', open_rows);
                RETURN;
            END IF;
        END IF;

        -- A batch goes by indexes, from where the last one ended: with a scan or a sort of a whole table for each, the time would
        -- grow with the square of the rows. (OR would hide the condition from the index: each case has a text of its own.)
        PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true), set_config('jit', 'off', true);
        EXECUTE format('SELECT array_agg(key) FROM (SELECT %1$s::text AS key FROM %2$s WHERE %3$s AND ' ||
                       CASE WHEN last_key IS NULL THEN '$1 IS NULL' ELSE '%1$s > $1::%4$s' END ||
                       ' ORDER BY %1$s LIMIT %5$s) AS c', key, relation, broken, rule ->> 'key_type', batch_rows)
           INTO candidates USING last_key;
        PERFORM set_config('enable_sort', 'on', true);
        IF candidates IS NULL THEN
            PERFORM set_config('enable_seqscan', 'on', true);
            EXIT WHEN passed_over = 0 OR pass >= passes_max;
            pass := pass + 1;
            last_key := NULL;
            passed_over := 0;
            PERFORM pg_sleep(0.1);
            CONTINUE;
        END IF;
        last_key := candidates[cardinality(candidates)];

        -- The rows, then the work that they belong to; whatever somebody else holds is left for the next pass.
        EXECUTE format('SELECT array_agg(key) FROM (SELECT %1$s::text AS key FROM %2$s WHERE %1$s = ANY ($1::%4$s) AND %3$s
                         ORDER BY %1$s FOR NO KEY UPDATE SKIP LOCKED) AS r', key, relation, broken, keys_type)
           INTO repairable USING candidates;
        IF rule ->> 'work' <> '' AND repairable IS NOT NULL THEN
            EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM (
                                SELECT work.id::text AS id FROM public.%1$I AS work
                                 WHERE work.id = ANY (ARRAY(SELECT work_id FROM (%2$s) AS l)) AND (%3$s) FOR SHARE SKIP LOCKED) AS w',
                           rule ->> 'work', replace(rule ->> 'work_links', '$1', format('$1::%s', keys_type)), rule ->> 'work_closed')
               INTO held USING repairable;
            EXECUTE format('SELECT array_agg(key) FROM unnest($1) AS key
                             WHERE key <> ALL (ARRAY(SELECT l.row_id::text FROM (%s) AS l WHERE l.work_id::text <> ALL ($2)))',
                           replace(rule ->> 'work_links', '$1', format('$1::%s', keys_type)))
               INTO repairable USING repairable, held;
        END IF;
        EXECUTE format(CASE WHEN rule ->> 'record' = 'yes'
                            THEN 'WITH old AS (SELECT %1$s AS key, %3$I::text AS value FROM %2$s WHERE %1$s = ANY ($1::%5$s)),
                                      new AS (UPDATE %2$s SET %3$I = %4$L WHERE %1$s = ANY ($1::%5$s) RETURNING %1$s AS key)
                                  INSERT INTO rollout.repaired_rows (constraint_name, table_name, row_key, column_name, old_value, new_value, run)
                                  SELECT %6$L, %2$L, old.key::text, %3$L, old.value, %4$L, %7$L FROM old JOIN new USING (key)'
                            ELSE 'UPDATE %2$s SET %3$I = %4$L WHERE %1$s = ANY ($1::%5$s)' END,
                       key, relation, rule ->> 'column', rule ->> 'value', keys_type, rule ->> 'constraint', run)
          USING repairable;
        GET DIAGNOSTICS changed = ROW_COUNT;
        repaired := repaired + changed;
        batches := batches + (changed > 0)::integer;
        passed_over := passed_over + cardinality(candidates) - changed;
        IF rule ->> 'open_issues' = 'skip' THEN
            EXECUTE format('SELECT count(*) FROM (%s) AS w WHERE row_id::text = ANY ($1)', rule ->> 'open_work') INTO open_rows USING candidates;
            passed_over := passed_over - open_rows;
        END IF;
        IF changed > 0 THEN
            RAISE INFO 'backfill: % rows % in % batches', repaired, rule ->> 'repaired', batches;
        END IF;
        COMMIT;
        SET LOCAL application_name = 'rollout backfill';
        PERFORM pg_sleep((rule ->> 'pause_ms')::numeric / 1000);
    END LOOP;

    EXECUTE format('SELECT count(*) FROM %s WHERE %s', relation, broken) INTO violators;
    report := format('backfill: %s rows %s in %s batches, %s violators left', repaired, rule ->> 'repaired', batches, violators);
    done := violators = 0;
    IF done AND (rule ->> 'owns')::boolean AND repaired > 0 THEN
        BEGIN
            EXECUTE format('ANALYZE %s', relation);  -- SHARE UPDATE EXCLUSIVE, waited for at most 2 s
        EXCEPTION WHEN lock_not_available THEN
            report := report || format(' (no lock for ANALYZE %s: run it later)', relation);
        END;
    END IF;
    IF NOT done THEN
        EXECUTE format('SELECT ''by '' || string_agg(DISTINCT who, ''; '') FROM (%s) AS h WHERE mode NOT IN (''AccessShareLock'', ''ShareUpdateExclusiveLock'')
                          AND coalesce(since < clock_timestamp() - interval ''1 s'', true)', rule ->> 'holders') INTO held_by;
        EXECUTE format('SELECT count(*) FROM (%s) AS w', rule ->> 'open_work') INTO open_rows;
        report := format('not all: %s%s%s', report,
                         CASE WHEN open_rows > 0 THEN format('; %s belong to open work, see the list above (repair each with -v row=KEY -v repair=%s, or =reopen)', open_rows, rule ->> 'value') ELSE '' END,
                         CASE WHEN violators > open_rows THEN concat_ws(' ', '; the rest is locked', held_by, 'or came in meanwhile, or something undoes the repair; run it again') ELSE '' END);
    END IF;
END
$procedure$;

-- One row by its key, whatever work it belongs to: somebody has decided.
CREATE OR REPLACE PROCEDURE pg_temp.rollout_one_row(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    col constant text := rule ->> CASE WHEN rule ->> 'repair' = 'reopen' THEN 'other_column' ELSE 'column' END;
    new_value constant text := CASE WHEN rule ->> 'repair' = 'reopen' THEN NULL ELSE rule ->> 'value' END;
    old_value text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SET LOCAL search_path = pg_catalog, pg_temp;
    SET LOCAL row_security = off;
    SET LOCAL lock_timeout = '2s';
    EXECUTE format('SELECT to_jsonb(t) ->> %L FROM %s AS t WHERE %I::text = $1 AND (%s) IS FALSE FOR NO KEY UPDATE',
                   col, rule ->> 'relation', rule ->> 'key', rule ->> 'rule') INTO old_value USING rule ->> 'row';
    done := old_value IS NOT NULL;
    IF NOT done THEN
        report := format('nothing was changed: no row %s breaks the rule', rule ->> 'row');
        RETURN;
    END IF;
    EXECUTE format('UPDATE %s SET %I = %L WHERE %I::text = $1', rule ->> 'relation', col, new_value, rule ->> 'key') USING rule ->> 'row';
    IF rule ->> 'record' = 'yes' THEN
        INSERT INTO rollout.repaired_rows (constraint_name, table_name, row_key, column_name, old_value, new_value, run)
        VALUES (rule ->> 'constraint', rule ->> 'relation', rule ->> 'row', col, old_value, new_value, 'one row');
    END IF;
    report := format('backfill: row %s: %s set to %s', rule ->> 'row', col, coalesce(new_value, 'NULL'));
END
$procedure$;
SELECT jsonb_build_object('batch_rows', :'batch_rows', 'pause_ms', :'pause_ms', 'open_issues', :'open_issues', 'record', :'record',
                          'open_work', :'open_work', 'work', :'work', 'work_links', :'work_links', 'work_closed', :'work_closed',
                          'repaired', :'repaired', 'row', :'row', 'repair', :'repair') AS options,
       :'row' = '' AS lists_work,
       CASE WHEN :'row' <> '' THEN 'rollout_one_row' ELSE 'rollout_backfill' END AS procedure,
       CASE WHEN :'row' <> '' THEN 'rollout_backfill' ELSE 'rollout_one_row' END AS other_procedure
\gset
COMMIT;
DROP PROCEDURE pg_temp.:"other_procedure"(pg_catalog.jsonb, pg_catalog.bool, pg_catalog.text);
\ir call.sql
