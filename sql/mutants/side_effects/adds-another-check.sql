-- Mistake: It adds a second CHECK on the side.
-- Place: behind
ALTER TABLE "public"."execution_workspaces"
  ADD CONSTRAINT "execution_workspaces_name_check"
  CHECK ("name" <> '') NOT VALID;
