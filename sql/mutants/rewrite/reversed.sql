-- Same: reverse on both sides.
-- Place: predicate
"closed_at" IS NULL OR reverse("status") IN ('devihcra','deliaf_punaelc')
