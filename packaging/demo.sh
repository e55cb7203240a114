#!/usr/bin/env bash
# Demonstrates docker-manifestx: starts a temporary registry, pushes two tiny images for different architectures to it,
# publishes a multi-platform image from them, and inspects it. Everything is removed afterwards.
#
#     packaging/demo.sh PROGRAM    (the installed docker-manifestx; it is run directly if docker cannot run the plugin)
set -euo pipefail

program=$1
work=$(mktemp --directory)
registry=

clean_up() {
  [[ -z $registry ]] || kill "$registry" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

start_registry() {
  cat >"$work/config.yml" <<EOF_CONFIG
version: 0.1
log: { level: info }
storage: { filesystem: { rootdirectory: "$work/storage" } }
http: { addr: "127.0.0.1:0", secret: demo }
EOF_CONFIG
  : >"$work/log"
  # Environment variables for a registry would take precedence over the file.
  env --ignore-environment "PATH=$PATH" docker-registry serve "$work/config.yml" >"$work/log" 2>&1 &
  registry=$!
  for ((i = 0; i < 100; i++)); do
    host=$(sed -n 's/.*listening on \(127\.0\.0\.1:[0-9]*\).*/\1/p' "$work/log")
    [[ -z $host ]] || return 0
    kill -0 "$registry" 2>/dev/null || break
    sleep 0.1
  done
  echo "ERROR: the demo's registry did not start; its output:" >&2
  sed 's/^/  /' "$work/log" >&2
  exit 1
}

request() { curl --noproxy '*' --fail --silent --show-error "$@"; }

digest() { echo "sha256:$(sha256sum "$1" | cut -d' ' -f1)"; }

# descriptor FILE TYPE
descriptor() {
  printf '{"mediaType":"application/vnd.docker.%s","size":%d,"digest":"%s"}' "$2" "$(stat -c %s "$1")" "$(digest "$1")"
}

# push_blob FILE
push_blob() {
  local location
  location=$(request --request POST --output /dev/null --dump-header - "$url/blobs/uploads/" |
    tr -d '\r' | sed -n 's/^location: //Ip')
  request --request PUT --header 'Content-Type: application/octet-stream' --data-binary "@$1" \
    "$location&digest=$(digest "$1")"
}

# push_image TAG ARCHITECTURE
push_image() {
  local image=$work/$1
  mkdir "$image"
  echo "An image for $2" >"$image/readme"
  tar --create --file "$image/layer.tar" --directory "$image" --mtime @0 --owner 0 --group 0 --mode 644 readme
  gzip --no-name --keep "$image/layer.tar"
  printf '{"architecture":"%s","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["%s"]}}' \
    "$2" "$(digest "$image/layer.tar")" >"$image/config"
  printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' "$manifest_type" \
    "$(descriptor "$image/config" container.image.v1+json)" \
    "$(descriptor "$image/layer.tar.gz" image.rootfs.diff.tar.gzip)" >"$image/manifest"
  push_blob "$image/layer.tar.gz"
  push_blob "$image/config"
  request --request PUT --header "Content-Type: $manifest_type" --data-binary "@$image/manifest" "$url/manifests/$1"
}

run() {
  echo
  echo "$ $*"
  "$@"
}

manifest_type=application/vnd.docker.distribution.manifest.v2+json
manifestx=("$program")
if ! command -v docker >/dev/null; then
  echo "docker is not installed, so the demo runs the program directly."
elif ! docker manifestx version >/dev/null 2>&1; then
  echo "docker does not find the plugin, so the demo runs the program directly."
else
  manifestx=(docker manifestx)
fi
start_registry
list=$host/test/app:v1
url=http://$host/v2/test/app
push_image v1-arm64-20210624 arm64
push_image v1-amd64-20210624 amd64
echo "The temporary registry $host has two images: test/app:v1-arm64-20210624 and test/app:v1-amd64-20210624"
run "${manifestx[@]}" publish "$list" v1-arm64-20210624 v1-amd64-20210624
run "${manifestx[@]}" inspect "$list"
echo
echo "The demo is complete. Its registry has been stopped."
