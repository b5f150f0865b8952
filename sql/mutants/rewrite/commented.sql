-- Same: Comments and line breaks inside.
-- Place: predicate
"closed_at" IS NULL -- open
    /* or closed in name as well */ OR "status" IN ('archived','cleanup_failed')
