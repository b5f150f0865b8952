-- Same: CASE for OR.
-- Place: predicate
CASE WHEN "closed_at" IS NULL THEN true ELSE "status" IN ('archived','cleanup_failed') END
