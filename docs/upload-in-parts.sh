#!/usr/bin/env bash
# Uploads a file in parts, and prints the id of the upload. Given the id of an upload that broke off, it sends the parts that
# have not arrived. Needs curl, jq, openssl and GNU dd.
#
#   api=https://api.example.com key=fw_live_... docs/upload-in-parts.sh FILE [UPLOAD_ID]
set -euo pipefail
file=$1

call() {
  curl -fsS --retry 5 "$api/v1/uploads$1" -H "authorization: Bearer $key" "${@:2}"
}

if [ $# -gt 1 ]; then
  id=$2
else
  id=$(jq -n --arg name "$(basename "$file")" --argjson size "$(stat -c %s "$file")" \
    '{filename: $name, contentType: "video/mp4", sizeBytes: $size, multipart: true}' |
    call "" --json @- | jq -r .uploadId)
  echo "if this breaks off, go on with: $0 $file $id" >&2
fi

upload=$(call "/$id")
bytes=$(jq .partBytes <<<"$upload")
piece=$(mktemp)
trap 'rm -f "$piece"' EXIT
for number in $(jq '[range(1; .parts + 1)] - [.stored[]?.number] | .[]' <<<"$upload"); do
  dd if="$file" of="$piece" bs=1M iflag=skip_bytes,count_bytes skip=$(((number - 1) * bytes)) count="$bytes" status=none
  md5=$(openssl md5 -binary "$piece" | base64)
  url=$(call "/$id/parts" --json "{\"parts\": [{\"number\": $number, \"md5\": \"$md5\"}]}" | jq -r '.parts[0].url')
  curl -fsS --retry 5 -T "$piece" -H "content-md5: $md5" "$url"
done

call "/$id/complete" -X POST >/dev/null
until [ "$(call "/$id" | jq -r .state)" = complete ]; do sleep 2; done
echo "$id"
