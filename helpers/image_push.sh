#!/bin/sh
# Pushes local images for several platforms, and publishes them as one multi-platform image.
set -eu

usage() {
  cat <<'END'
Usage:  image_push.sh manifest [OPTIONS] LIST IMAGE1 IMAGE2 [IMAGE...]

Push local images for several platforms, and publish them as one multi-platform image

    image_push.sh manifest harbor.example.com/test/app:v1 v1-arm64-20210624 v1-amd64-20210624

LIST is the name of the multi-platform image. Each IMAGE is a tag in LIST's repository (v1-arm64 or :v1-arm64),
a full reference, or @DIGEST for an image that is already in the registry.

Options:
  -h, --help       Show this help
      --insecure   Allow plain HTTP and unverified certificates for the registries named in this command, except Docker Hub
      --no-push    Do not push the images; they must already be in the registry

The images are pushed with the first of docker, podman and nerdctl that has all of them. To use another engine, set
MANIFESTX_ENGINE. If an image is missing, nothing is pushed. This script runs 'docker manifestx publish --push'.
END
}

usage_error() {
  printf "ERROR: %s\n  Run 'image_push.sh --help' for more information\n" "$1" >&2
  exit 2
}

# For a missing program.
fail_not_found() {
  printf 'ERROR: %s\n' "$1" >&2
  exit 127
}

# Sets plugin to the command that runs the plugin: through docker, if docker has it.
find_plugin() {
  if docker manifestx version >/dev/null 2>&1; then
    plugin='docker manifestx'
  elif command -v docker-manifestx >/dev/null; then
    plugin=docker-manifestx
  else
    fail_not_found 'the plugin docker-manifestx is missing; run its install.sh, or put it on the PATH'
  fi
}

case ${1-} in
  manifest) shift ;;
  -h | --help | help)
    usage
    exit
    ;;
  '') usage_error 'a command is required' ;;
  *) usage_error "unknown command: $1" ;;
esac

insecure=
push=--push
# Moves each argument from the front to the end, without the options. The list of a for loop does not change while it
# runs.
for argument in "$@"; do
  shift
  case $argument in
    -h | --help)
      usage
      exit
      ;;
    --insecure) insecure=--insecure ;;
    --no-push) push= ;;
    -*) usage_error "unknown option: $argument" ;;
    *) set -- "$@" "$argument" ;;
  esac
done
[ "$#" -ge 3 ] || usage_error 'LIST and at least two images are required'

find_plugin
# shellcheck disable=SC2086 # plugin is one or two words, and push and insecure are one word or none.
exec $plugin publish $push $insecure "$@"
