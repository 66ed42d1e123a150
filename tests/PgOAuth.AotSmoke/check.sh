#!/bin/sh
# Publishes the smoke app without one IL warning and runs it. "check.sh native" compiles it ahead of time; "check.sh" trims it.
set -eu
mode=${1:-trimmed}
case $mode in trimmed | native) ;; *) echo "usage: check.sh [trimmed|native]" >&2; exit 2 ;; esac
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# Warnings are errors, those of the linker and the compiler too, so a zero exit code means none.
dotnet publish "$here" -c Release -m:1 -v minimal -p:SmokeMode="$mode" -o "$out"
timeout 120 "$out/PgOAuth.AotSmoke"
echo "$mode: published without a warning, and it works"
