#!/usr/bin/env bash
# Builds docker-manifestx and installs it as a plugin of docker.
set -euo pipefail
umask 022

help='Usage:  ./install.sh [OPTIONS]

Build docker-manifestx, and install it as a plugin of docker, with its tab completion, manual and shell helpers

Options:
      --user           For this user (the default): ~/.docker/cli-plugins, or DOCKER_CONFIG/cli-plugins, and ~/.local
      --system         For all users: /usr/local (needs root)
      --prefix DIR     Below DIR
      --destdir DIR    Put DIR in front of every path: for making packages, with --system or --prefix
      --binary FILE    Install this program instead of building one
      --rc             Also put what shells need at their start in ~/.bashrc, ~/.zshrc and config.fish, between markers
      --demo           Then show it at work, on a registry that is gone afterwards
      --dry-run        Say what would be done, and do nothing
      --uninstall      Remove what was installed with the same options, and nothing else
  -h, --help           Show this'

say() { printf '%s\n' "$*" >&2; }
stop() { say "ERROR: $*" && exit 1; }
mistake() { say "$*" && say "Run './install.sh --help' for more information" && exit 2; }

here=$(dirname "$(readlink --canonicalize -- "${BASH_SOURCE[0]}")")
arguments=("$@")
mode=user prefix='' destdir='' binary='' list='' root='' work='' within='' action=put
is_dry_run=false does_rc=false does_demo=false does_uninstall=false

choose() {
  [[ $mode == user || $mode == "$1" ]] || mistake "--system and --prefix can't be had together"
  mode=$1
}

# absolute PATH: relative ones are relative to where the script was called.
absolute() { realpath --canonicalize-missing --no-symlinks -- "$1"; }

while (($#)); do
  case $1 in
  --prefix | --destdir | --binary)
    [[ -n ${2-} && $2 != -* ]] || mistake "$1 needs a value"
    case $1 in
    --prefix) choose prefix && prefix=$(absolute "$2") ;;
    --destdir) destdir=$(absolute "$2") ;;
    --binary) binary=$(absolute "$2") ;;
    esac
    shift
    ;;
  --user) does_user=true ;;
  --system) choose system && prefix=/usr/local ;;
  --rc) does_rc=true ;;
  --demo) does_demo=true ;;
  --dry-run) is_dry_run=true ;;
  --uninstall) does_uninstall=true ;;
  -h | --help) echo "$help" && exit ;;
  *) mistake "unknown option: $1" ;;
  esac
  shift
done
[[ $mode == user || -z ${does_user-} ]] || mistake "--user and --$mode can't be had together"
[[ $mode != user || -z $destdir ]] || mistake "--destdir goes with --system or --prefix"
[[ $mode == user ]] || ! $does_rc || mistake "--rc is for this user alone: it goes with --user"
[[ -z $destdir ]] || ! $does_uninstall || mistake "--destdir is for making packages: remove $destdir itself"
[[ -z $destdir ]] || ! $does_demo || mistake "--demo shows what was installed, and --destdir does not install it here"

# Under sudo: everything but root's own work is done by the user who called, and belongs to them.
as_caller=()
if ((EUID == 0)) && [[ -n ${SUDO_USER-} && $SUDO_USER != root ]]; then
  caller_home=$(getent passwd "$SUDO_USER" | cut -d: -f6)
  # sudo leaves out what the user's own start files add, such as a Swift toolchain in their home.
  # shellcheck disable=SC2016 # The user's shell expands it.
  caller_path=$(runuser --login "$SUDO_USER" --command 'printf "%s" "$PATH"' 2>/dev/null | tail -n 1) || true
  as_caller=(runuser --user "$SUDO_USER" -- env --unset=SUDO_USER --unset=SUDO_UID --unset=SUDO_GID "HOME=$caller_home"
    "USER=$SUDO_USER" "LOGNAME=$SUDO_USER" "PATH=$PATH:$caller_path")
fi

# xdg VARIABLE DEFAULT: by their specification, relative paths in these variables do not count.
xdg() { if [[ ${!1-} == /* ]]; then absolute "${!1}"; else echo "$home/$2"; fi; }

lay_out() {
  if [[ $mode == user ]]; then
    [[ ${HOME-} == /* ]] || stop "HOME is not set, or no path from /: for whom is this to be installed?"
    local data
    # However it is spelled, it is one home; in what people see, it has the name that they gave it.
    HOME=$(absolute "$HOME")
    home=${HOME%/} root=$(realpath --canonicalize-missing -- "$HOME")
    root=${root%/}
    data=$(xdg XDG_DATA_HOME .local/share) config=$(xdg XDG_CONFIG_HOME .config)
    docker_config=$(absolute "${DOCKER_CONFIG:-$home/.docker}") zdotdir=$(absolute "${ZDOTDIR:-$HOME}")
    plugins=$docker_config/cli-plugins bin=$home/.local/bin man=$data/man/man1
    bash=${BASH_COMPLETION_USER_DIR-} && bash=${bash%%:*}
    [[ $bash == /* ]] || bash=$data/bash-completion
    bash=$(absolute "$bash/completions") zsh=$data/zsh/site-functions fish=$config/fish/completions
  else
    # For a package, it is a place on other machines.
    [[ -n $destdir ]] || prefix=$(realpath --canonicalize-missing -- "$prefix") root=$prefix within=$prefix
    local data=$prefix/share
    plugins=$prefix/lib/docker/cli-plugins bin=$prefix/bin man=$data/man/man1
    bash=$data/bash-completion/completions zsh=$data/zsh/site-functions fish=$data/fish/vendor_completions.d
    # What belongs to Debian's packages has a directory of its own.
    [[ $prefix != /usr ]] || zsh=$data/zsh/vendor-completions
  fi
  [[ -n $destdir ]] || list=$(place "$data/docker-manifestx/installed")
  local paths=$plugins$bin$bash$data${config-}${zdotdir-}
  [[ $paths != *$'\n'* ]] || stop "A path with a line break in it: $plugins, $bin, $bash, $data"
}

install_packages() {
  local flags=() purposes=(build)
  ! $is_dry_run || flags=(--dry-run)
  [[ -z $binary ]] || purposes=(run)
  ! $does_demo || purposes+=(demo)
  "$here/packaging/need-packages" "${flags[@]}" "${purposes[@]}"
}

build() {
  "${as_caller[@]}" test -w "$here" || stop "Nobody may write in $here but its owner: clone it to a place of your own"
  local command=(swift build --package-path "$here" -c release --static-swift-stdlib)
  say "Building (Swift $swift); the first time, this takes a minute or two"
  $is_dry_run && say "Would run: ${command[*]}" && return
  "${as_caller[@]}" "${command[@]}" >&2 || stop "The build failed: see above"
  binary=$("${as_caller[@]}" "${command[@]}" --show-bin-path)/docker-manifestx
}

prepare() {
  "$binary" version >/dev/null || stop "$binary does not run here: see above"
  # Half the size, without the names that only a debugger reads.
  strip -o "$work/program" "$binary" 2>/dev/null || cp "$binary" "$work/program"
  "$binary" __man >"$work/manual"
}

install_all() {
  local file
  [[ $mode != user || $action != put ]] || make_directory "$docker_config" 700
  put "$work/program" "$plugins/docker-manifestx" 755
  put_link "$plugins/docker-manifestx" "$bin/docker-manifestx"
  put "$work/manual" "$man/docker-manifestx.1"
  for file in "$here"/helpers/*.sh; do
    [[ -e $file ]] || continue
    put "$file" "$bin/${file##*/}" "$(test -x "$file" && echo 755 || echo 644)"
  done
  [[ ! -d $here/completions ]] || install_completions
  ! $does_rc || install_rc
  [[ $action != put ]] || forget_drafts
}

install_completions() {
  local scripts=$here/completions name names
  put "$scripts/docker-manifestx.bash" "$bash/docker-manifestx"
  ! has_shell zsh || put "$scripts/_docker-manifestx" "$zsh/_docker-manifestx"
  ! has_shell fish || put "$scripts/docker-manifestx.fish" "$fish/docker-manifestx.fish"
  # zsh's first line names every command that is completed; bash and fish look for a file of each name. What is no
  # program is a function that fish does not have.
  read -ra names < <(sed -n '1s/^#compdef docker-manifestx//p' "$scripts/_docker-manifestx")
  for name in "${names[@]}"; do
    put_link "$bash/docker-manifestx" "$bash/$name"
    [[ $name != *.sh ]] || ! has_shell fish || put_link "$fish/docker-manifestx.fish" "$fish/$name.fish"
  done
}

# A package is for other machines, which may have every shell.
has_shell() { [[ -n $destdir ]] || command -v "$1" >/dev/null; }

# The tags that completion keeps for half a minute.
remove_cache() {
  local cache
  cache=$(xdg XDG_CACHE_HOME .cache)/docker-manifestx
  [[ -d $cache && ! -L $cache ]] || return 0
  find "$cache" -maxdepth 1 -type f -regextype posix-extended -regex '.*/[0-9a-f]{64}' -delete
  rmdir --ignore-fail-on-non-empty -- "$cache"
  [[ -d $cache ]] || rmdir --ignore-fail-on-non-empty -- "${cache%/*}"
}

# Working directories of runs that were killed.
remove_leftovers() {
  local directory
  for directory in "${TMPDIR:-/tmp}"/docker-manifestx.??????????; do
    [[ ! -d $directory || -L $directory || ! -O $directory ]] || remove_work "$directory"
  done
  [[ $mode != user ]] || remove_cache
}

remove_work() {
  rm -f -- "$1/program" "$1/manual"
  rmdir --ignore-fail-on-non-empty -- "$1"
}

clean_up() {
  drop_draft
  [[ -z $work ]] || remove_work "$work"
}

is_on_path() { [[ :$PATH: == *:$1:* ]]; }

# quote PATH: for bash and zsh. Not as printf %q has it: in zsh, more is special, and by its options still more.
quote() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

quote_for_fish() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}

# rc SHELL: the lines that it needs at its start. In bash, completion works by them without bash-completion too.
rc() {
  local quoted script
  quoted=$(quote "$bin") script=$(quote "$bash/docker-manifestx")
  case $1 in
  fish)
    quoted=$(quote_for_fish "$bin")
    echo "contains -- $quoted \$PATH; or set --global --export --prepend PATH $quoted"
    return
    ;;
  bash) [[ ! -d $here/completions ]] || echo "[ ! -r $script ] || . $script" ;;
  zsh) echo "fpath=($(quote "$zsh") \$fpath)" ;;
  esac
  echo "case :\$PATH: in *:$quoted:*) ;; *) export PATH=$quoted:\$PATH ;; esac"
  [[ ! -e $here/helpers/manifestx.sh ]] || echo "[ ! -r $quoted/manifestx.sh ] || . $quoted/manifestx.sh"
}

install_rc() {
  put_block "$home/.bashrc" < <(rc bash)
  ! has_shell zsh || put_block "${zdotdir%/}/.zshrc" < <(rc zsh)
  ! has_shell fish || put_block "$config/fish/config.fish" < <(rc fish)
}

last_words() {
  say "Installed: $plugins/docker-manifestx"
  if ! command -v docker >/dev/null; then
    say "docker is not installed here, so that “docker manifestx” can't work; “docker-manifestx” does everything, alone."
  elif ! docker manifestx version >/dev/null 2>&1; then
    say "docker does not find its plugins there. Either add that directory to “cliPluginsExtraDirs” in docker's" \
      "config.json, or use “docker-manifestx” directly."
  else
    say "Try:       docker manifestx --help"
  fi
  is_on_path "$bin" || $does_rc || say "For “docker-manifestx” itself and the helpers, $bin has to be on the PATH."
  [[ -e /usr/share/bash-completion/bash_completion ]] || $does_rc ||
    say "For tab completion in bash, Debian's package bash-completion has to be installed."
  if [[ $mode != system ]] && has_shell zsh && ! $does_rc; then
    say "For tab completion in zsh, ~/.zshrc needs, before compinit: $(rc zsh | head -n 1)"
  fi
  [[ $mode != user ]] || $does_rc || say "./install.sh --rc puts such lines where they belong."
}

main() {
  if [[ $mode == user && ${#as_caller[@]} -gt 0 ]]; then
    # Root's part, then everything else as the user.
    $does_uninstall || [[ -n $binary ]] || "${as_caller[@]}" "$here/packaging/need-swift" >/dev/null
    $does_uninstall || $is_dry_run || install_packages
    say "Going on as $SUDO_USER"
    exec "${as_caller[@]}" bash "$here/install.sh" "${arguments[@]}"
  fi
  # shellcheck source=packaging/files.sh
  source "$here/packaging/files.sh"
  # shellcheck source=packaging/blocks.sh
  source "$here/packaging/blocks.sh"
  lay_out
  trap clean_up EXIT
  ! $is_dry_run || action=say
  [[ $mode != system || -n $destdir ]] || ((EUID == 0)) || $is_dry_run ||
    stop "--system needs root: sudo ./install.sh ${arguments[*]}"
  if $does_uninstall; then
    remove_all
    $is_dry_run || remove_leftovers
    return
  fi
  [[ -z $binary || -f $binary ]] || stop "There is no file $binary"
  # Before anything is installed for nothing.
  [[ -n $binary ]] || swift=$("${as_caller[@]}" "$here/packaging/need-swift")
  install_packages
  [[ -n $binary ]] || build
  work=$(mktemp --directory --tmpdir docker-manifestx.XXXXXXXXXX)
  if ! $is_dry_run; then
    prepare
    action=check
    install_all
    action=put
  fi
  install_all
  [[ -n $destdir ]] || $is_dry_run || last_words
  ! $does_demo || $is_dry_run || "$here/packaging/demo.sh" "$plugins/docker-manifestx"
}

main
