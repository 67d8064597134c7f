#!/bin/sh
# Runs the S3 gateway on /data/objects for the account ROOT_ACCESS_KEY / ROOT_SECRET_KEY.
# Every VGW_* variable of versitygw is honoured; these are our defaults.
set -eu
: "${ROOT_ACCESS_KEY:?set ROOT_ACCESS_KEY: the gateway has no account without it}"
: "${ROOT_SECRET_KEY:?set ROOT_SECRET_KEY: the gateway has no account without it}"
export VGW_PORT="${VGW_PORT:-:7070}"
export VGW_HEALTH="${VGW_HEALTH:-/health}"
# Metadata in a folder of its own: extended attributes are missing on many volumes.
export VGW_META_SIDECAR="${VGW_META_SIDECAR:-/data/meta}"

mkdir -p /data/objects "$VGW_META_SIDECAR"
exec versitygw posix "$@" /data/objects
