-- Mistake: It adds an index, which reads the whole table under the lock.
-- Place: behind
CREATE INDEX "execution_workspaces_closed_at_idx" ON "public"."execution_workspaces" ("closed_at");
