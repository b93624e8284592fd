#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Dumps the database into /backups, checks the dump, and only then gives it its name and lets older ones go.
# pg_dump compresses by itself: in `pg_dump | gzip` the shell reports gzip's success when pg_dump has failed.
set -eu
umask 077
name="backup-$(date -u +%Y%m%d-%H%M%S).sql.gz"
partial="/backups/.$name.partial"
trap 'rm -f "$partial"' EXIT
rm -f /backups/.backup-*.partial

pg_dump --no-password --compress=6 --file="$partial"
gzip -t "$partial"
# pg_dump ends a complete plain dump with this line.
if ! gunzip -c "$partial" | tail -n 20 | grep -q 'PostgreSQL database dump complete'; then
    echo "the dump is incomplete; nothing was kept and nothing deleted" >&2
    exit 1
fi
sync
mv "$partial" "/backups/$name"
echo "complete: $name, $(wc -c <"/backups/$name") bytes"

# Reached only with a good backup of today in place, which this never deletes.
find /backups -maxdepth 1 -name 'backup-*.sql.gz' ! -name "$name" -mtime "+${RETENTION_DAYS:-7}" -print -delete
