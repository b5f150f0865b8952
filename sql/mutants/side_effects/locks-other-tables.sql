-- Mistake: It locks other tables against everyone.
-- Place: in front
LOCK TABLE "public"."issues", "public"."companies" IN ACCESS EXCLUSIVE MODE;
