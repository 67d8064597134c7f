#!/bin/sh
# postgres-entrypoint [-c KEY=VALUE]... | PROGRAM [ARGUMENT]...
# Makes the data folder $PGDATA on first start from POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB; sets the password
# anew on later ones; then runs the server. With the name of a program it runs that instead.
# TLS_FOLDER: where the server's certificate is, which the server reads again when it is renewed.
set -eu

case ${1:--} in
  -*) ;;
  *) exec "$@" ;;
esac

# One of three servers may have followed another, and the others may come back with what they had: who goes back to one says so
# with 'patroni-members alone'.
alone=$(dirname "$PGDATA")/alone
if [ -e "$PGDATA/patroni.dynamic.json" ] && [ ! -e "$alone" ]; then
  echo "postgres-entrypoint: $PGDATA is of one of three servers. Set postgres.replicas to 3 again, and see docs/runbooks/database-of-three.md" >&2
  exit 1
fi
rm -f "$PGDATA/patroni.dynamic.json" "$alone"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD: the first start makes the superuser with it}"
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  # Built beside its place and renamed, so that a first start that is killed half-way begins anew.
  fresh="$PGDATA.new"
  rm -rf "$fresh"
  umask 077
  printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/.postgres-password
  initdb --pgdata "$fresh" --username "$user" --pwfile /tmp/.postgres-password \
    --auth-local scram-sha-256 --auth-host scram-sha-256 --data-checksums \
    --encoding UTF8 --locale-provider builtin --builtin-locale C.UTF-8 --locale C.UTF-8
  rm -f /tmp/.postgres-password
  echo 'host all all all scram-sha-256' >>"$fresh/pg_hba.conf"
  if [ "$database" != postgres ]; then
    # In single-user mode a statement ends at the line's end; the name is quoted as an identifier.
    quoted=$(printf '%s' "$database" | sed 's/"/""/g')
    printf 'CREATE DATABASE "%s"\n' "$quoted" | postgres --single -D "$fresh" postgres >/dev/null
  fi
  rm -rf "$PGDATA"
  mv "$fresh" "$PGDATA"
elif [ -n "${POSTGRES_PASSWORD:-}" ]; then
  # A kept volume may be older than the password: the environment's is the one that clients will use.
  role=$(printf '%s' "${POSTGRES_USER:-postgres}" | sed 's/"/""/g')
  secret=$(printf '%s' "$POSTGRES_PASSWORD" | sed "s/'/''/g")
  printf "ALTER ROLE \"%s\" PASSWORD '%s'\n" "$role" "$secret" | postgres --single -D "$PGDATA" postgres >/dev/null
fi
unset POSTGRES_PASSWORD

if [ -n "${TLS_FOLDER:-}" ]; then (reload-on-renewal $$ "$TLS_FOLDER" &); fi

# Nobody follows: what one of three servers has in its files would wait for followers.
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp -c logging_collector=off \
  -c synchronous_standby_names= "$@"
