-- Mistake: A trigger writes a row elsewhere even where the write is refused.
-- Place: after
CREATE SEQUENCE "public"."refusals";--> statement-breakpoint
CREATE FUNCTION "public"."count_it"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval('"public"."refusals"');
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "count_it" BEFORE INSERT OR UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."count_it"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
