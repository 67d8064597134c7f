#!/bin/bash
# pgbackrest ARGUMENT...: pgBackRest, with credentials of EKS Pod Identity where the pod has them. Debian's version (2.55)
# does not know that way to S3. The agent of the node renews them; each command asks it anew.
set -eu
if [ -n "${AWS_CONTAINER_CREDENTIALS_FULL_URI:-}" ]; then
  address=${AWS_CONTAINER_CREDENTIALS_FULL_URI#http://}
  host=${address%%/*} path=/${address#*/} port=80
  case $host in *:*) port=${host##*:} ;; esac
  exec 3<>"/dev/tcp/${host%:*}/$port"
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\nAuthorization: %s\r\n\r\n' \
    "$path" "$host" "$(cat "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")" >&3
  answer=$(tr -d '\r' <&3)
  exec 3>&-
  field() { printf '%s' "$answer" | sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p"; }
  PGBACKREST_REPO1_S3_KEY=$(field AccessKeyId)
  PGBACKREST_REPO1_S3_KEY_SECRET=$(field SecretAccessKey)
  token=$(field Token)
  if [ -z "$PGBACKREST_REPO1_S3_KEY" ]; then
    echo "pgbackrest: $host gave no credentials: $(printf '%s' "$answer" | head -n 1)" >&2
    exit 1
  fi
  export PGBACKREST_REPO1_S3_KEY PGBACKREST_REPO1_S3_KEY_SECRET
  if [ -n "$token" ]; then export PGBACKREST_REPO1_S3_TOKEN="$token"; fi
fi
exec /usr/bin/pgbackrest "$@"
