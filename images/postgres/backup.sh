#!/bin/sh
# postgres-backup [full|incr]: makes one backup, deletes what is past its time, and reads the new one back.
# Without a type: full on the weekday BACKUP_FULL_WEEKDAY (0 is Sunday, UTC), else what changed since the last one.
set -eu
type=${1:-incr}
if [ $# -eq 0 ] && [ "$(date -u +%w)" = "${BACKUP_FULL_WEEKDAY:-0}" ]; then type=full; fi
# Does nothing where it is done, and refuses a repository that belongs to another database.
pgbackrest stanza-create
pgbackrest backup --type="$type"
newest=$(pgbackrest info | sed -n 's/^ *\(full\|diff\|incr\) backup: //p' | tail -n 1)
# Its files and their WAL against their checksums; the drill restores all of it.
pgbackrest verify --set="$newest"
echo "postgres-backup: $newest is made and verified"
