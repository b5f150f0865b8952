-- Mistake: A trigger writes the status in small letters.
-- Place: after
CREATE FUNCTION "public"."lower_status"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.status := lower(NEW.status);
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "lower_status" BEFORE INSERT OR UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."lower_status"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
