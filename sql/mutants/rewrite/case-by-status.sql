-- Same: CASE over the status.
-- Place: predicate
CASE "status" WHEN 'archived' THEN true WHEN 'cleanup_failed' THEN true ELSE "closed_at" IS NULL END
