#!/bin/sh
# Runs the S3 gateway on /data/objects for the account ROOT_ACCESS_KEY / ROOT_SECRET_KEY.
# OWNER_ACCESS_KEY, OWNER_SECRET_KEY, BUCKET: an account that owns this bucket, and may do nothing else. Both are made.
# TLS_FOLDER: where the certificate in VGW_CERT is; every RENEWAL_SECONDS (10) somebody looks whether it was renewed.
# Every VGW_* variable of versitygw is honoured; these are our defaults.
set -eu
: "${ROOT_ACCESS_KEY:?set ROOT_ACCESS_KEY: the gateway has no account without it}"
: "${ROOT_SECRET_KEY:?set ROOT_SECRET_KEY: the gateway has no account without it}"
export VGW_PORT="${VGW_PORT:-:7070}"
export VGW_HEALTH="${VGW_HEALTH:-/health}"
# Connections of the API and the workers stay open. What is refused before its body was read still closes its own.
export VGW_KEEP_ALIVE="${VGW_KEEP_ALIVE:-true}"
# On a port of its own, so that no client of the store can manage accounts, whatever key it has.
export VGW_ADMIN_PORT="${VGW_ADMIN_PORT:-127.0.0.1:7071}"
# Metadata in a folder of its own: extended attributes are missing on many volumes.
export VGW_META_SIDECAR="${VGW_META_SIDECAR:-/data/meta}"

mkdir -p /data/objects "$VGW_META_SIDECAR"

make_owner() {
  versitygw admin create-user --access "$OWNER_ACCESS_KEY" --secret "$OWNER_SECRET_KEY" --role user || return
  if [ -d "/data/objects/$BUCKET" ]; then
    # An earlier owner may have had another key.
    versitygw admin change-bucket-owner --bucket "$BUCKET" --owner "$OWNER_ACCESS_KEY"
  else
    versitygw admin create-bucket --bucket "$BUCKET" --owner "$OWNER_ACCESS_KEY"
  fi
}

# The gateway answers soon after its start. Without an owner it is of no use, and ends.
await_owner() {
  export ADMIN_ENDPOINT_URL="http://$VGW_ADMIN_PORT" ADMIN_ACCESS_KEY="$ROOT_ACCESS_KEY"
  export ADMIN_SECRET_KEY="$ROOT_SECRET_KEY"
  for _ in $(seq 100); do
    sleep 0.2
    if said=$(make_owner 2>&1); then return; fi
    # So that the next try does not find half of it.
    versitygw admin delete-user --access "$OWNER_ACCESS_KEY" >/dev/null 2>&1 || true
  done
  echo "object-store-entrypoint: no owner of bucket $BUCKET: $said" >&2
  kill "$1"
}

if [ -n "${OWNER_ACCESS_KEY:-}" ]; then
  : "${OWNER_SECRET_KEY:?set OWNER_SECRET_KEY with OWNER_ACCESS_KEY}" "${BUCKET:?set BUCKET, which OWNER_ACCESS_KEY owns}"
  # Accounts are made anew at each start, so that one with an earlier key ends.
  export VGW_IAM_DIR=/tmp/iam
  rm -rf "$VGW_IAM_DIR"
  mkdir -m 700 "$VGW_IAM_DIR"
  (await_owner $$ &)
fi
seen() { cat "$TLS_FOLDER"/* | cksum; }
await_renewals() {
  last=$(seen)
  while sleep "${RENEWAL_SECONDS:-10}" && kill -0 "$1" 2>/dev/null; do
    now=$(seen) || continue
    if [ "$now" = "$last" ]; then continue; fi
    last=$now
    kill -HUP "$1"
  done
}
if [ -n "${TLS_FOLDER:-}" ]; then (await_renewals $$ &); fi
exec versitygw posix "$@" /data/objects
