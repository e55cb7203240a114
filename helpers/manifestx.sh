# shellcheck shell=sh
# What scripts ask about names of several architectures, as functions. To be sourced by bash, zsh, dash or
# busybox sh:
#
#     mx_publish LIST IMAGE [IMAGE...]   give one name to several images; prints the digest
#     mx_matrix LIST ARCH [ARCH...]      the same, of the images LIST-ARCH (app:v1-arm64 for app:v1)
#     mx_digest NAME                     print the digest behind a name
#     mx_pin NAME                        print NAME@DIGEST, which nobody can move
#     mx_platforms NAME                  print the platforms behind a name, one a line
#     mx_has_platform NAME PLATFORM      0: it has; 1: it has not; 2: that could not be found out
#     mx_wait NAME [TIMEOUT]             until NAME is in the registry, or TIMEOUT (300) seconds have passed
#
# After these words each takes options of the command that it runs, `docker manifestx publish` or `inspect`:
# --insecure, or --tag=latest (in mx_matrix with the equals sign). Words missing, or not where they belong: status 2; no
# plugin: 127; otherwise the status is the plugin's own, which is 1 where mx_publish, mx_digest or mx_platforms have too few.
#
# With MANIFESTX_ALIAS=1 set before, there is also `manifest`, another name of mx_publish.
#
# Functions with variables are subshells, ( ), so that nothing of them stays behind: POSIX has no `local`.

mx_publish() {
  _mx_run publish "$@"
}

mx_matrix() (
  _mx_needs "$#" 2 'mx_matrix LIST ARCH [ARCH...] [OPTIONS]' "${1-}"
  _mx_list=$1
  shift
  _mx_tag=${_mx_list%%@*}
  # A colon before the last slash belongs to a port.
  case ${_mx_tag##*/} in
    *:*) _mx_tag=${_mx_tag##*:} ;;
    *) _mx_tag=latest ;;
  esac
  # Each word goes from the front to the end; the loop's own list was fixed when it began.
  _mx_option=
  for _mx_word in "$@"; do
    shift
    case $_mx_word in
      -*=*) set -- "$@" "$_mx_word" ;;
      -*)
        _mx_option=$_mx_word
        set -- "$@" "$_mx_word"
        ;;
      *)
        # It could be the option's value, and would be taken for an architecture.
        [ -z "$_mx_option" ] ||
          _mx_needs 0 1 "mx_matrix LIST ARCH [ARCH...] [OPTIONS], and a value with =: $_mx_option=$_mx_word"
        set -- "$@" "$_mx_tag-$_mx_word"
        ;;
    esac
  done
  _mx_run publish "$_mx_list" "$@"
)

mx_digest() {
  _mx_run inspect --format digest "$@"
}

mx_pin() (
  _mx_needs "$#" 1 'mx_pin NAME [OPTIONS]' "${1-}"
  _mx_digest=$(mx_digest "$@") || exit
  _mx_name=${1%%@*}
  case ${_mx_name##*/} in
    *:*) _mx_name=${_mx_name%:*} ;;
  esac
  printf '%s\n' "$_mx_name@$_mx_digest"
)

mx_platforms() {
  _mx_run inspect --format platforms "$@"
}

mx_has_platform() (
  _mx_needs "$#" 2 'mx_has_platform NAME PLATFORM [OPTIONS]' "${1-}" "${2-}"
  _mx_name=$1
  _mx_platform=$2
  shift 2
  _mx_found=$(mx_platforms --platform "$_mx_platform" "$@" "$_mx_name") || exit 2
  [ -n "$_mx_found" ]
)

mx_wait() (
  _mx_needs "$#" 1 'mx_wait NAME [TIMEOUT] [OPTIONS]' "${1-}"
  _mx_name=$1
  _mx_timeout=300
  shift
  # No word is as good as an option; an empty one is neither.
  case ${1--} in
    -*) ;;
    '') _mx_needs 0 1 'mx_wait NAME [TIMEOUT] [OPTIONS]' ;;
    *)
      _mx_timeout=$1
      shift
      ;;
  esac
  mx_digest --wait "$_mx_timeout" "$@" "$_mx_name" >/dev/null
)

# Runs the plugin, through docker where docker knows it. `command` goes past the caller's functions and aliases.
_mx_run() {
  if command docker manifestx version >/dev/null 2>&1; then
    command docker manifestx "$@"
  elif command -v docker-manifestx >/dev/null 2>&1; then
    command docker-manifestx "$@"
  else
    echo 'manifestx: the plugin docker-manifestx is missing: run its install.sh, or put it on PATH' >&2
    return 127
  fi
}

# Ends the subshell where it was given fewer words than it needs, or where one of them is no word:
# _mx_needs GIVEN NEEDED USAGE [WORD1 [WORD2]]
_mx_needs() {
  if [ "$1" -ge "$2" ] && _mx_is_word "${4-}" && _mx_is_word "${5-word}"; then
    return 0
  fi
  printf 'Usage:  %s\n' "$3" >&2
  exit 2
}

# An option in the place of a word, or a variable that is empty, would be taken for a name.
_mx_is_word() {
  case $1 in
    -* | '') return 1 ;;
  esac
}

# As a text: who does not ask for it may have an alias of that name, and then the shell could not read its definition.
if [ "${MANIFESTX_ALIAS-}" = 1 ]; then
  unalias 'manifest' 2>/dev/null || :
  eval 'manifest() { mx_publish "$@"; }'
fi
