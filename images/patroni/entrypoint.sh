#!/bin/sh
# patroni-entrypoint | PROGRAM [ARGUMENT]...
# Runs Patroni with the settings in $PATRONI_FILE, and the server of $PGDATA under it. With the name of a program it
# runs that instead.
# PATRONI_*: names, addresses and passwords of this member, as Patroni reads them.
# PATRONI_MEMBERS: addresses of all members' APIs, apart by spaces; the first one makes the database.
# TLS_FOLDER: where this member's certificate is, which Patroni and its server read again when it is renewed.
# PATRONI_SHARED: what Patroni keeps for all members alike, as JSON; it is given to it once it runs.
set -eu

if [ $# -gt 0 ]; then exec "$@"; fi

quoted() { printf '%s' "$1" | sed "s/'/''/g"; }

# A member whose volume is new takes its data from another. Only the first may begin a database, or a stack that grows
# from one server to three could begin a second one beside that which it has.
first=${PATRONI_MEMBERS%% *}
# What this one had is older than what the first did alone since.
if [ -e "$(dirname "$PGDATA")/alone" ]; then
  if [ "$first" != "$PATRONI_RESTAPI_CONNECT_ADDRESS" ]; then rm -rf "$PGDATA"; fi
  rm -f "$(dirname "$PGDATA")/alone"
fi
if [ ! -s "$PGDATA/PG_VERSION" ] && [ "$first" != "$PATRONI_RESTAPI_CONNECT_ADDRESS" ]; then
  patroni-members wait
fi

# Of a server that ran alone: it lacks the accounts that members use among themselves.
if [ -s "$PGDATA/PG_VERSION" ] && [ ! -e "$PGDATA/patroni.dynamic.json" ]; then
  # In single-user mode a statement ends at the line's end.
  postgres --single -D "$PGDATA" postgres >/dev/null <<SQL
CREATE ROLE "$PATRONI_REPLICATION_USERNAME" LOGIN REPLICATION PASSWORD '$(quoted "$PATRONI_REPLICATION_PASSWORD")'
CREATE ROLE "$PATRONI_REWIND_USERNAME" LOGIN PASSWORD '$(quoted "$PATRONI_REWIND_PASSWORD")'
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean), pg_catalog.pg_stat_file(text, boolean), pg_catalog.pg_read_binary_file(text), pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO "$PATRONI_REWIND_USERNAME"
SQL
fi

# The owner's password, for programs of the pod: it would take the place of every other account's.
unset PGSERVICE PGSERVICEFILE
if [ -n "${TLS_FOLDER:-}" ]; then (reload-on-renewal $$ "$TLS_FOLDER" &); fi
if [ -n "${PATRONI_SHARED:-}" ]; then (patroni-members share &); fi
exec patroni "$PATRONI_FILE"
