-- Same: IS NOT DISTINCT FROM for IS NULL and =.
-- Place: predicate
"closed_at" IS NOT DISTINCT FROM NULL OR "status" IS NOT DISTINCT FROM 'archived' OR "status" IN ('cleanup_failed')
