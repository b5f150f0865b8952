-- Puts back what the backfill changed, from its record; rows that were changed since are left alone. After 9_rollback.sql
-- has dropped the constraint.
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE PROCEDURE pg_temp.rollout_restore(rule jsonb, INOUT done boolean, INOUT report text) LANGUAGE plpgsql AS $procedure$
DECLARE
    keys text[];
    changed bigint;
    restored bigint := 0;
BEGIN
    LOOP
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL row_security = off;
        SET LOCAL lock_timeout = '2s';
        SET LOCAL application_name = 'rollout restore';
        EXECUTE format($sql$SELECT array_agg(row_key) FROM (
                           SELECT r.row_key FROM rollout.repaired_rows AS r JOIN %s AS t ON t.%I::text = r.row_key
                            WHERE r.constraint_name = %L AND r.restored_at IS NULL AND to_jsonb(t) ->> r.column_name IS NOT DISTINCT FROM r.new_value
                            ORDER BY r.row_key LIMIT %s FOR NO KEY UPDATE OF t) AS batch$sql$,
                       rule ->> 'relation', rule ->> 'key', rule ->> 'constraint', rule ->> 'batch_rows') INTO keys;
        EXIT WHEN keys IS NULL;
        EXECUTE format($sql$UPDATE %1$s AS t SET %2$I = CASE r.column_name WHEN %3$L THEN r.old_value ELSE t.%2$I END
                              FROM rollout.repaired_rows AS r
                             WHERE r.constraint_name = %4$L AND r.restored_at IS NULL AND r.column_name = %3$L AND t.%5$I::text = r.row_key
                               AND t.%5$I = ANY ($1::%6$s[])$sql$,
                       rule ->> 'relation', rule ->> 'column', rule ->> 'column', rule ->> 'constraint', rule ->> 'key', rule ->> 'key_type') USING keys;
        GET DIAGNOSTICS changed = ROW_COUNT;
        UPDATE rollout.repaired_rows SET restored_at = clock_timestamp()
         WHERE constraint_name = rule ->> 'constraint' AND restored_at IS NULL AND row_key = ANY (keys);
        restored := restored + changed;
    END LOOP;
    done := true;
    report := format('restore: %s rows put back as they were before the backfill', restored);
END
$procedure$;
COMMIT;
\set procedure rollout_restore
\ir call.sql
