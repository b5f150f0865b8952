-- Violators that belong to open work, as :open_work (a query without its end); nothing for a rule without related work.
\if :{?work}
SELECT pg_catalog.format($$
    SELECT l.row_id, string_agg(format('%%s %%s', work.id, work.status), ', ' ORDER BY work.id) AS work
      FROM (%s) AS l JOIN public.%I AS work ON work.id = l.work_id
     WHERE (%s) IS NOT TRUE GROUP BY l.row_id$$,
    pg_catalog.replace(:'work_links', '$1', pg_catalog.format(
        'ARRAY(SELECT %I FROM %s WHERE (%s) IS FALSE)', :'key', :'relation', :'rule')), :'work', :'work_closed') AS open_work
\gset
\else
\set work ''
\set work_links ''
\set work_closed true
\set open_work 'SELECT NULL::text AS row_id, NULL::text AS work WHERE false'
\endif
