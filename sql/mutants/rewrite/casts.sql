-- Same: Every value with its cast.
-- Place: predicate
"closed_at"::timestamptz IS NULL OR "status"::text IN ('archived'::text,'cleanup_failed'::varchar)
