#!/bin/sh
# Pushes the local images of several architectures, and gives them one name in the registry.
set -eu

usage() {
  cat <<'END'
Usage:  image_push.sh manifest [OPTIONS] LIST IMAGE1 IMAGE2 [IMAGE...]

Push local images of several architectures, and give them one name

    image_push.sh manifest harbor.example.com/test/app:v1 v1-arm64-20210624 v1-amd64-20210624

LIST is the name that the images get together. Each IMAGE is a tag of LIST's repository (v1-arm64 or :v1-arm64),
a whole reference, or @DIGEST for an image that is in the registry already.

Options:
  -h, --help       Show this
      --insecure   Allow plain HTTP and unverified certificates for the registries named here
      --no-push    The images are in the registry already

The images are pushed by the engine on this machine that has them: docker, podman or nerdctl, or the one that
MANIFESTX_ENGINE names. docker has no option for --insecure: its daemon.json says which registries are.
END
}

misuse() {
  printf 'image_push.sh: %s\n\n' "$1" >&2
  usage >&2
  exit 2
}

missing() {
  printf 'image_push.sh: %s\n' "$1" >&2
  exit 127
}

# How the plugin is run: through docker where docker knows it.
find_plugin() {
  if docker manifestx version >/dev/null 2>&1; then
    plugin='docker manifestx'
  elif command -v docker-manifestx >/dev/null; then
    plugin=docker-manifestx
  else
    missing 'the plugin docker-manifestx is missing: run its install.sh, or put it on PATH'
  fi
}

# The first engine that has the image; where none has, the first that is here will say so.
find_engine() {
  for name in docker podman nerdctl; do
    command -v "$name" >/dev/null || continue
    if "$name" image inspect "$1" >/dev/null 2>&1; then
      engine=$name
      return
    fi
    engine=${engine:-$name}
  done
  [ -n "$engine" ] ||
    missing 'none of docker, podman and nerdctl is here; for images that are in the registry: --no-push'
}

# An IMAGE, read as publish reads it, as a whole reference.
full_name() {
  repository=${list%%@*}
  # A colon before the last slash belongs to a port.
  case ${repository##*/} in
    *:*) repository=${repository%:*} ;;
  esac
  case $1 in
    :*) printf '%s' "$repository$1" ;;
    *[/:@]*) printf '%s' "$1" ;;
    *) printf '%s' "$repository:$1" ;;
  esac
}

# What engines print goes to standard error: standard output is for the digest.
push() {
  [ -n "$engine" ] || find_engine "$1"
  printf 'Pushing %s with %s\n' "$1" "$engine" >&2
  case $insecure${engine##*/} in
    --insecurepodman) "$engine" push --tls-verify=false "$1" >&2 ;;
    --insecurenerdctl) "$engine" --insecure-registry push "$1" >&2 ;;
    *) "$engine" push "$1" >&2 ;;
  esac
}

push_all() {
  for image in "$@"; do
    case $image in
      *@*) printf '%s is in the registry already\n' "$image" >&2 ;;
      *) push "$(full_name "$image")" ;;
    esac
  done
}

case ${1-} in
  manifest) shift ;;
  -h | --help | help)
    usage
    exit
    ;;
  '') misuse 'the command is missing' ;;
  *) misuse "unknown command: $1" ;;
esac

insecure=
pushes=yes
# Each word goes from the front to the end, or is an option; the loop's own list was fixed when it began.
for word in "$@"; do
  shift
  case $word in
    -h | --help)
      usage
      exit
      ;;
    --insecure) insecure=--insecure ;;
    --no-push) pushes= ;;
    -*) misuse "unknown option: $word" ;;
    *) set -- "$@" "$word" ;;
  esac
done
[ "$#" -ge 3 ] || misuse 'LIST and at least two images are needed'
list=$1
engine=${MANIFESTX_ENGINE-}

find_plugin
if [ -n "$pushes" ]; then
  # Nothing is pushed that publish would refuse.
  $plugin __check "$@"
  shift
  push_all "$@"
  set -- "$list" "$@"
fi
# shellcheck disable=SC2086 # Both are words of our own.
$plugin publish $insecure "$@"
