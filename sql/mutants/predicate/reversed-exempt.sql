-- Mistake: A status that reads archive from its end is exempt.
-- Place: predicate
("closed_at" IS NULL OR "status" IN ('archived','cleanup_failed')) OR reverse("status") = 'nwod_dnuow'
