#!/bin/sh
# redis-entrypoint [--option value]...
# Runs redis-server with the password REDIS_PASSWORD; it goes through a file because arguments are seen by everybody.
# TLS_FOLDER: where the server's certificate is, which it reads again when it is renewed; every RENEWAL_SECONDS (10) somebody
# looks, and tells it by /tmp/redis.sock.
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

seen() { cat "$TLS_FOLDER"/* | cksum; }
await_renewals() {
  last=$(seen)
  while sleep "${RENEWAL_SECONDS:-10}"; do
    now=$(seen) || continue
    if [ "$now" = "$last" ]; then continue; fi
    # Both at once: one without the other does not fit.
    if said=$(redis-cli -s /tmp/redis.sock -e config set tls-cert-file "$TLS_FOLDER/tls.crt" tls-key-file "$TLS_FOLDER/tls.key" 2>&1); then
      last=$now
      echo "redis-entrypoint: the certificate was replaced" >&2
    else
      echo "redis-entrypoint: the certificate was not replaced: $said" >&2
    fi
  done
}
if [ -n "${TLS_FOLDER:-}" ]; then (export REDISCLI_AUTH="$REDIS_PASSWORD"; await_renewals &); fi
unset REDIS_PASSWORD

exec redis-server /tmp/redis.conf "$@"
