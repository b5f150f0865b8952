-- Same: btrim, and nothing to trim.
-- Place: predicate
"closed_at" IS NULL OR (btrim("status") IN ('archived','cleanup_failed') AND "status" = btrim("status"))
