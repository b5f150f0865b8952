-- Same: An emoji of several joined characters in a comment.
-- Place: predicate
"closed_at" IS NULL -- reviewed by 👩‍💻, with ❤️
  OR "status" IN ('archived','cleanup_failed')
