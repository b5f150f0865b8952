-- Same: CASE over the length, an equality for each.
-- Place: predicate
CASE WHEN "closed_at" IS NULL THEN true WHEN length("status") = 8 THEN "status" = 'archived' ELSE "status" = 'cleanup_failed' END
