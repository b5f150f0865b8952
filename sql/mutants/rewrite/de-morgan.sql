-- Same: NOT (… AND …), by De Morgan.
-- Place: predicate
NOT ("closed_at" IS NOT NULL AND "status" NOT IN ('archived','cleanup_failed'))
