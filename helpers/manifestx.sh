# shellcheck shell=sh
# Functions for scripts that publish and inspect multi-platform images. Source this file in bash, zsh, dash or busybox
# sh:
#
#     mx_publish LIST IMAGE [IMAGE...]   publish LIST from the images, and print its digest
#     mx_matrix LIST ARCH [ARCH...]      publish LIST from the images LIST-ARCH (such as app:v1-arm64 for app:v1)
#     mx_digest NAME                     print the digest of NAME
#     mx_pin NAME                        print NAME@DIGEST, which always refers to the same image
#     mx_platforms NAME                  print the platforms of NAME, one per line
#     mx_has_platform NAME PLATFORM      status 0: NAME has this platform; 1: it does not, or is missing; 2: unknown
#     mx_wait NAME [TIMEOUT]             wait until NAME is in the registry, for at most TIMEOUT seconds (default 300)
#
# After these arguments, each function accepts the options of the command that it runs, “docker manifestx publish” or
# “docker manifestx inspect”: --insecure, or --tag=latest (mx_matrix requires the equals sign).
#
# Status: 2 if an argument is missing or an option is in its place (125 for mx_publish, mx_digest and mx_platforms); 127 if
# the plugin is not found; otherwise the status of the plugin, which is 125 for an invalid option, name or TIMEOUT.
# mx_has_platform returns only 0, 1 or 2.
#
# If MANIFESTX_ALIAS=1 is set before this file is sourced, it also defines “manifest”, another name for mx_publish.
#
# Functions that have variables are subshells, ( ), so that the variables disappear: POSIX has no “local”.

mx_publish() {
  _mx_run publish "$@"
}

mx_matrix() (
  _mx_require "$#" 2 'mx_matrix LIST ARCH [ARCH...] [OPTIONS]' "${1-}"
  _mx_list=$1
  shift
  # The colon of a scheme, or one before the last slash (a port), does not begin a tag.
  case $_mx_list in
    oci:* | oci-archive:*) _mx_tag=${_mx_list#*:} ;;
    *) _mx_tag=$_mx_list ;;
  esac
  case ${_mx_tag##*/} in
    *:*) _mx_tag=${_mx_tag##*:} ;;
    *) _mx_tag=latest ;;
  esac
  # Moves each argument from the front to the end. The list of a for loop does not change while it runs.
  _mx_option=
  _mx_has_architecture=
  for _mx_argument in "$@"; do
    shift
    case $_mx_argument in
      -*=*) set -- "$@" "$_mx_argument" ;;
      -*)
        _mx_option=$_mx_argument
        set -- "$@" "$_mx_argument"
        ;;
      *)
        # This could be the value of the option before it, not an architecture.
        [ -z "$_mx_option" ] || _mx_usage_error 'mx_matrix LIST ARCH [ARCH...] [OPTIONS]' \
          "a value follows its option with an equals sign: $_mx_option=$_mx_argument"
        case $_mx_argument in
          '' | *[!A-Za-z0-9_.-]*) _mx_usage_error 'mx_matrix LIST ARCH [ARCH...] [OPTIONS]' \
            "each ARCH must be one architecture, such as arm64: '$_mx_argument'" ;;
        esac
        _mx_has_architecture=yes
        set -- "$@" "$_mx_tag-$_mx_argument"
        ;;
    esac
  done
  [ -n "$_mx_has_architecture" ] || _mx_usage_error 'mx_matrix LIST ARCH [ARCH...] [OPTIONS]' 'an argument is missing'
  _mx_run publish "$_mx_list" "$@"
)

mx_digest() {
  _mx_run inspect --format digest "$@"
}

mx_pin() (
  _mx_require "$#" 1 'mx_pin NAME [OPTIONS]' "${1-}"
  _mx_name=$1
  shift
  _mx_only_options 'mx_pin NAME [OPTIONS]' '' "$@" || exit
  _mx_run inspect --format pinned "$_mx_name" "$@"
)

mx_platforms() {
  _mx_run inspect --format platforms "$@"
}

mx_has_platform() (
  _mx_require "$#" 2 'mx_has_platform NAME PLATFORM [OPTIONS]' "${1-}" "${2-}"
  _mx_name=$1
  _mx_platform=$2
  shift 2
  _mx_only_options 'mx_has_platform NAME PLATFORM [OPTIONS]' --platform "$@" || exit
  _mx_status=0
  _mx_messages=$(mx_digest --platform "$_mx_platform" "$_mx_name" "$@" 2>&1 >/dev/null) || _mx_status=$?
  # That it is not there is an answer, and no error.
  [ "$_mx_status" -ne 3 ] || exit 1
  [ -z "$_mx_messages" ] || printf '%s\n' "$_mx_messages" >&2
  [ "$_mx_status" -eq 0 ] || exit 2
)

mx_wait() (
  _mx_require "$#" 1 'mx_wait NAME [TIMEOUT] [OPTIONS]' "${1-}"
  _mx_name=$1
  _mx_timeout=300
  shift
  # TIMEOUT is missing if there are no more arguments, or if an option follows. An empty TIMEOUT is an error.
  case ${1--} in
    -*) ;;
    '') _mx_usage_error 'mx_wait NAME [TIMEOUT] [OPTIONS]' 'TIMEOUT is empty' ;;
    *)
      _mx_timeout=$1
      shift
      ;;
  esac
  _mx_only_options 'mx_wait NAME [TIMEOUT] [OPTIONS]' --wait "$@" || exit
  mx_digest --wait "$_mx_timeout" "$_mx_name" "$@" >/dev/null
)

# Runs the plugin, through docker if docker has it. “command” ignores functions and aliases of the caller.
_mx_run() {
  if command docker manifestx version >/dev/null 2>&1; then
    command docker manifestx "$@"
  elif command -v docker-manifestx >/dev/null 2>&1; then
    command docker-manifestx "$@"
  else
    echo 'ERROR: the plugin docker-manifestx is missing; run its install.sh, or put it on the PATH' >&2
    return 127
  fi
}

# _mx_require COUNT MINIMUM USAGE [ARGUMENT1 [ARGUMENT2]]: ends the subshell if there are too few arguments, or if one of
# them is not a name.
_mx_require() {
  if [ "$1" -lt "$2" ]; then
    _mx_usage_error "$3" 'an argument is missing'
  fi
  if ! _mx_is_name "${4-}" || ! _mx_is_name "${5-name}"; then
    _mx_usage_error "$3" 'arguments must not be empty, and must come before options'
  fi
}

# _mx_only_options USAGE OPTION [ARGUMENT...]: ends the subshell if an argument is not an option. The plugin would take it for
# another name. It also ends it for options that change the answer: OPTION (which can be empty), which the function sets
# itself, the format (also as a short option), and help.
_mx_only_options() (
  _mx_usage=$1
  _mx_own=${2:---format}
  shift 2
  for _mx_argument in "$@"; do
    case $_mx_argument in
      -h | --help | --format | --format=* | "$_mx_own" | "$_mx_own"=* | -f* | -[!-]*f*)
        _mx_usage_error "$_mx_usage" "$_mx_argument cannot be used here"
        ;;
      -*) ;;
      *) _mx_usage_error "$_mx_usage" \
        "only options can follow, with an equals sign before a value (--timeout=5s): '$_mx_argument'" ;;
    esac
  done
)

# An option or an empty variable must not be used as a name.
_mx_is_name() {
  case $1 in
    -* | '') return 1 ;;
  esac
}

# _mx_usage_error USAGE MESSAGE: ends the subshell.
_mx_usage_error() {
  printf 'ERROR: %s\n  Usage:  %s\n' "$2" "$1" >&2
  exit 2
}

# eval hides this definition from shells in which “manifest” is an alias: they could not parse it.
if [ "${MANIFESTX_ALIAS-}" = 1 ]; then
  unalias 'manifest' 2>/dev/null || :
  eval 'manifest() { mx_publish "$@"; }'
fi
