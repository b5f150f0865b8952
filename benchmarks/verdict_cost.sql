-- The floor of a verdict: a function that inserts rows and counts those that are refused. Each insert is undone by an error.

-- name: function
CREATE FUNCTION pg_temp.harness_bare(_rows jsonb) RETURNS bigint LANGUAGE plpgsql AS {body}

-- name: body
DECLARE _row record; _refused bigint := 0;
BEGIN
    FOR _row IN SELECT * FROM jsonb_populate_recordset(NULL::{table}, _rows) LOOP
        BEGIN
            INSERT INTO {table} ({columns}) VALUES ({values});
            RAISE SQLSTATE 'HVUND';
        EXCEPTION WHEN OTHERS THEN _refused := _refused + 1;
        END;
    END LOOP;
    RETURN _refused;
END
