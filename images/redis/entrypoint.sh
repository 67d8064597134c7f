#!/bin/sh
# redis-entrypoint [--option value]...
# Runs redis-server with the password REDIS_PASSWORD; it goes through a file because arguments are seen by everybody.
set -eu
: "${REDIS_PASSWORD:?set REDIS_PASSWORD: the server takes no client without one}"

umask 077
escaped=$(printf '%s' "$REDIS_PASSWORD" | sed 's/[\\"]/\\&/g')
cat >/tmp/redis.conf <<CONF
bind * -::*
port 6379
dir /data
daemonize no
requirepass "$escaped"
CONF
unset REDIS_PASSWORD

exec redis-server /tmp/redis.conf "$@"
