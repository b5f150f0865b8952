-- Lists the violators that belong to open work: the first 20, and the query for all of them.
\echo
\echo Violators that belong to open work
SELECT row_id AS "row", work AS "open work" FROM (:open_work) AS w ORDER BY row_id LIMIT 20;
\set more false
SELECT count(*) > 20 AS more FROM (:open_work) AS w \gset
\if :more
\echo and more; the query for all of them:
\echo :open_work ' ORDER BY row_id;'
\endif
