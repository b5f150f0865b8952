-- Mistake: A trigger trims blanks off the status, and so lets another value in than was written.
-- Place: after
CREATE FUNCTION "public"."trim_status"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.status := btrim(NEW.status);
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "trim_status" BEFORE INSERT OR UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."trim_status"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
