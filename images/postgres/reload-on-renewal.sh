#!/bin/sh
# reload-on-renewal PID FOLDER: sends SIGHUP to the process PID each time that what is in FOLDER has changed, until it ends.
# Kubernetes replaces the files of a Secret all at once. RENEWAL_SECONDS (10): between two looks.
set -eu
pid=$1 folder=$2
seen() { cat "$folder"/* | cksum; }

last=$(seen)
while sleep "${RENEWAL_SECONDS:-10}" && kill -0 "$pid" 2>/dev/null; do
  now=$(seen) || continue
  if [ "$now" = "$last" ]; then continue; fi
  last=$now
  echo "reload-on-renewal: $folder has changed, process $pid reads it again" >&2
  kill -HUP "$pid"
done
