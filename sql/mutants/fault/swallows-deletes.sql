-- Mistake: A trigger keeps rows that are deleted, without an error.
-- Place: after
CREATE FUNCTION "public"."keep"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "keep" BEFORE DELETE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."keep"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
