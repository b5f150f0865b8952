#!/bin/sh
# Run a rollout's 5_monitor.sql, and end with a code that monitoring understands:
# 0 fine, 1 warning, 2 violated, 3 could not look. Prints nothing when all is well, else what the monitor says.
#
# Run: sh sql/rollout/monitor.sh sql/rollout/closed_state "$DATABASE_URL"
if [ $# -ne 2 ] || [ -z "$2" ]; then
    echo "could not look: usage: sh monitor.sh FOLDER DATABASE_URL" >&2
    exit 3
fi
: "${PGCONNECT_TIMEOUT:=5}"; export PGCONNECT_TIMEOUT
row=$(psql -X -w -v output=rows -f "$1/5_monitor.sql" "$2") || exit 3
code=$(printf '%s\n' "$row" | cut -d '|' -f 2)
case $code in
    0) exit 0 ;;
    1 | 2) psql -X -w -f "$1/5_monitor.sql" "$2" ; exit "$code" ;;
    *) echo "could not look: the monitor said: $row" >&2; exit 3 ;;
esac
