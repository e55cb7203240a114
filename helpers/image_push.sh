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
      --insecure   Allow plain HTTP and unverified certificates for the registries named in this command
      --no-push    Do not push the images; they must already be in the registry

The images are pushed with the first of docker, podman and nerdctl that has all of them. To use another engine, set
MANIFESTX_ENGINE. If an image is missing, nothing is pushed. docker has no option like --insecure; insecure registries are configured in its daemon.json.
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

newline='
'

# try_engine NAME IMAGE...: sets engine, and succeeds if it has all images. Otherwise, adds to problems what it says about
# the images that it does not have.
try_engine() {
  engine=$1
  shift
  command -v "$engine" >/dev/null || return
  missing=
  for image in "$@"; do
    message=$("$engine" image inspect "$image" 2>&1 >/dev/null) ||
      missing="$missing  $engine image inspect $image: ${message##*"$newline"}$newline"
  done
  problems=$problems$missing
  [ -z "$missing" ]
}

# find_engine IMAGE...: sets engine to the first one that has all images, before the first push.
find_engine() {
  problems=
  if [ -n "${MANIFESTX_ENGINE-}" ]; then
    try_engine "$MANIFESTX_ENGINE" "$@" && return
    [ -n "$problems" ] || fail_not_found "the program of MANIFESTX_ENGINE is missing: $MANIFESTX_ENGINE"
  else
    for name in docker podman nerdctl; do
      try_engine "$name" "$@" && return
    done
    [ -n "$problems" ] ||
      fail_not_found 'docker, podman or nerdctl is required; if the images are already in the registry, use --no-push'
  fi
  printf 'ERROR: no engine has all images, so nothing was pushed\n%s  %s\n' "$problems" \
    'Build or load the missing images in one engine; if all images are already in the registry, use --no-push' >&2
  exit 1
}

# full_name IMAGE: prints the full reference. The forms of IMAGE are those of publish.
full_name() {
  repository=${list%%@*}
  # A colon before the last slash begins a port, not a tag.
  case ${repository##*/} in
    *:*) repository=${repository%:*} ;;
  esac
  case $1 in
    :*) printf '%s' "$repository$1" ;;
    *[/:@]*) printf '%s' "$1" ;;
    *) printf '%s' "$repository:$1" ;;
  esac
}

# Prints the name of the program that engine really is: the package podman-docker installs podman as docker, and users link
# engines under other names.
engine_kind() {
  case $("$engine" --version 2>/dev/null) in
    *podman*) echo podman ;;
    *nerdctl*) echo nerdctl ;;
    ?*) echo docker ;;
    *) printf '%s\n' "${engine##*/}" ;;
  esac
}

# push IMAGE: the output of engines goes to standard error, because standard output is for the digest.
push() {
  printf 'Pushing %s with %s\n' "$1" "$engine" >&2
  kind=
  [ -z "$insecure" ] || kind=$(engine_kind)
  case $kind in
    podman) "$engine" push --tls-verify=false "$1" >&2 ;;
    nerdctl) "$engine" --insecure-registry push "$1" >&2 ;;
    *) "$engine" push "$1" >&2 ;;
  esac
}

push_all() {
  for image in "$@"; do
    shift
    case $image in
      *@*) printf '%s is not pushed, because it has a digest\n' "$image" >&2 ;;
      *) set -- "$@" "$(full_name "$image")" ;;
    esac
  done
  [ "$#" -gt 0 ] || return 0
  find_engine "$@"
  for name in "$@"; do
    push "$name"
  done
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
pushes=yes
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
    --no-push) pushes= ;;
    -*) usage_error "unknown option: $argument" ;;
    *) set -- "$@" "$argument" ;;
  esac
done
[ "$#" -ge 3 ] || usage_error 'LIST and at least two images are required'
list=$1

find_plugin
if [ -n "$pushes" ]; then
  # Check everything that publish can check without the registry, before anything is pushed.
  $plugin __check "$@"
  shift
  push_all "$@"
  set -- "$list" "$@"
fi
# shellcheck disable=SC2086 # plugin is one or two words, and insecure is one word or none.
$plugin publish $insecure "$@"
