-- Mistake: It commits in the middle, so that a failure after it leaves half of the deploy behind.
-- Place: behind
COMMIT;
