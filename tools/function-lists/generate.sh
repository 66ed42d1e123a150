#!/bin/sh
# Writes the statement gate's function lists from the pg_catalog of a running server, which should be of the newest supported
# major version: ./generate.sh [psql's connection options]. Review the difference; a test holds the lists against live servers.
set -eu
cd "$(dirname "$0")"
out=../../src/PgOAuth.Core/Enforcement/Catalog
list() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 "$@" -f classify.sql -f "$query" | while IFS='|' read -r title names; do
        printf '\n[%s]\n' "$title"
        printf '%s\n' "$names" | fmt -w 128
    done
}
query=harmless.sql
{
    cat harmless.header
    list "$@"
    cat harmless.footer
} > "$out/HarmlessFunctions.txt"
query=dangerous.sql
{
    cat dangerous.header
    list "$@"
} > "$out/DangerousFunctions.txt"
