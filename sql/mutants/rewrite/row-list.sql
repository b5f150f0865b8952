-- Same: A list of rows.
-- Place: predicate
"closed_at" IS NULL OR ROW("status") IN (ROW('archived'::text), ROW('cleanup_failed'::text))
