-- Mistake: It adds a trigger that does nothing yet.
-- Place: behind
CREATE FUNCTION "public"."note"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;--> statement-breakpoint
CREATE TRIGGER "note" AFTER UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."note"();
