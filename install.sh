#!/usr/bin/env bash
# Builds docker-manifestx and installs it as a docker CLI plugin.
set -euo pipefail
umask 022

help='Usage:  ./install.sh [OPTIONS]

Build docker-manifestx and install it as a docker CLI plugin, with tab completion, manual page and shell helpers

Options:
      --user           Install for the current user (default), in ~/.docker/cli-plugins (or DOCKER_CONFIG/cli-plugins)
                       and ~/.local
      --system         Install for all users, in /usr/local (requires root)
      --prefix DIR     Install in DIR
      --destdir DIR    Prefix all installation paths with DIR, to make a package; requires --system or --prefix
      --binary FILE    Install FILE instead of building the program
      --no-helpers     Install neither image_push.sh nor the shell functions
      --rc             Add the required settings to ~/.bashrc, ~/.zshrc and config.fish, as a marked block (only with
                       --user)
      --demo           After the installation, run a demo with a temporary registry
      --dry-run        Show what would be done, without doing it
      --uninstall      Remove what was installed with the same options
  -h, --help           Show this help

Debian packages that are missing are installed first, with sudo if you are not root.'

log() { printf '%s\n' "$*" >&2; }

# show_error MESSAGE [LINE...]: further lines are indented.
show_error() {
  log "ERROR: $1"
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
}

fail() { show_error "$@" && exit 1; }
usage_error() { show_error "$1" "Run './install.sh --help' for more information." && exit 2; }

here=$(dirname "$(readlink --canonicalize -- "${BASH_SOURCE[0]}")")
arguments=("$@")
mode=user prefix='' destdir='' binary='' list='' root='' work='' removal_limit='' action=apply
is_dry_run=false edits_rc=false runs_demo=false uninstalls=false has_helpers=true

# set_mode MODE: system or prefix.
set_mode() {
  [[ $mode == user || $mode == "$1" ]] || usage_error "--system and --prefix cannot be used together"
  mode=$1
}

# absolute PATH: relative paths start at the caller's working directory.
absolute() { realpath --canonicalize-missing --no-symlinks -- "$1"; }

while (($#)); do
  case $1 in
  --prefix | --destdir | --binary)
    [[ -n ${2-} && $2 != -* ]] || usage_error "$1 requires a value"
    case $1 in
    --prefix) set_mode prefix && prefix=$(absolute "$2") ;;
    --destdir) destdir=$(absolute "$2") ;;
    --binary) binary=$(absolute "$2") ;;
    esac
    shift
    ;;
  --user) has_user_option=true ;;
  --system) set_mode system && prefix=/usr/local ;;
  --no-helpers) has_helpers=false ;;
  --rc) edits_rc=true ;;
  --demo) runs_demo=true ;;
  --dry-run) is_dry_run=true ;;
  --uninstall) uninstalls=true ;;
  -h | --help) echo "$help" && exit ;;
  *) usage_error "unknown option: $1" ;;
  esac
  shift
done
[[ $mode == user || -z ${has_user_option-} ]] || usage_error "--user and --$mode cannot be used together"
[[ $mode != user || -z $destdir ]] || usage_error "--destdir requires --system or --prefix"
[[ $mode == user ]] || ! $edits_rc || usage_error "--rc and --$mode cannot be used together"
[[ -z $destdir ]] || ! $uninstalls || usage_error "--destdir is for making packages; to uninstall, remove $destdir"
[[ -z $destdir ]] || ! $runs_demo || usage_error "--destdir and --demo cannot be used together"

# Only installing packages needs root. Everything else runs as the calling user, who then owns the files: the user of sudo,
# or the owner of the home directory (“su --preserve-environment”), whose links could lead root anywhere.
as_caller=() caller=root
if ((EUID == 0)); then
  caller=${SUDO_USER:-root} caller_home=${HOME-}
  if [[ $caller != root ]]; then
    caller_home=$(getent passwd "$caller" | cut -d: -f6)
  elif [[ $mode == user && ${HOME-} == /* ]]; then
    caller=$(stat --dereference --format %U -- "$HOME" 2>/dev/null) || caller=root
    # A mounted directory can belong to a user that this system does not have.
    [[ $caller != UNKNOWN ]] || caller=root
  fi
fi
if [[ $caller != root ]]; then
  # sudo drops what the user's start-up files add to the PATH, such as a Swift toolchain in the home directory.
  # shellcheck disable=SC2016 # The user's shell expands it.
  caller_path=$(runuser --login "$caller" --command 'printf "%s" "$PATH"' 2>/dev/null | tail -n 1) || true
  as_caller=(runuser --user "$caller" -- env --unset=SUDO_USER --unset=SUDO_UID --unset=SUDO_GID "HOME=$caller_home"
    "USER=$caller" "LOGNAME=$caller" "PATH=$PATH:$caller_path")
fi

# xdg VARIABLE DEFAULT: the XDG Base Directory Specification ignores relative paths in these variables.
xdg() { if [[ ${!1-} == /* ]]; then absolute "${!1}"; else echo "$home/$2"; fi; }

set_paths() {
  if [[ $mode == user ]]; then
    [[ ${HOME-} == /* ]] || fail "HOME is not set or is not an absolute path, so the user is unknown"
    local data
    # Messages and rc files use the user's spelling of the home directory; the list uses the path without links.
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
    # With --destdir, the prefix is a path on another machine: links on this machine do not apply to it.
    [[ -n $destdir ]] || prefix=$(realpath --canonicalize-missing -- "$prefix") root=$prefix removal_limit=$prefix
    local data=$prefix/share
    plugins=$prefix/lib/docker/cli-plugins bin=$prefix/bin man=$data/man/man1
    bash=$data/bash-completion/completions zsh=$data/zsh/site-functions fish=$data/fish/vendor_completions.d
    # Debian packages use another directory for zsh completion.
    [[ $prefix != /usr ]] || zsh=$data/zsh/vendor-completions
  fi
  [[ -n $destdir ]] || list=$(listed_path "$data/docker-manifestx/installed")
  local paths=$plugins$bin$bash$data${config-}${zdotdir-}
  [[ $paths != *$'\n'* ]] || fail "a path contains a line break: $plugins, $bin, $bash, $data"
}

install_packages() {
  local flags=() purposes=(build)
  ! $is_dry_run || flags=(--dry-run)
  [[ -z $binary ]] || purposes=(run)
  ! $runs_demo || purposes+=(demo)
  "$here/packaging/need-packages" "${flags[@]}" "${purposes[@]}"
}

build() {
  "${as_caller[@]}" test -w "$here" ||
    fail "$here is not writable" "Clone the repository to a directory of your own, and run this again."
  local command=(swift build --package-path "$here" -c release --static-swift-stdlib)
  log "Building with Swift $swift (the first build takes a minute or two)"
  $is_dry_run && log "Would run: ${command[*]}" && return
  local commit
  mapfile -t commit < <("${as_caller[@]}" "$here/packaging/commit")
  command=("${as_caller[@]}" env "${commit[@]}" "${command[@]}")
  "${command[@]}" >&2 || fail "the build failed; see the messages above"
  binary=$("${command[@]}" --show-bin-path)/docker-manifestx
}

prepare() {
  "$binary" version >/dev/null || fail "$binary does not run on this machine; see the messages above"
  [[ $("$binary" docker-cli-plugin-metadata) == *'"manifestx"'* ]] || fail "$binary is not this plugin"
  # Without debug symbols, the program is half the size.
  strip -o "$work/program" "$binary" 2>/dev/null || cp "$binary" "$work/program"
  "$binary" __man >"$work/manual"
}

install_all() {
  local file
  [[ $mode != user || $action != apply ]] || make_directory "$docker_config" 700
  install_file "$work/program" "$plugins/docker-manifestx" 755
  install_link "$plugins/docker-manifestx" "$bin/docker-manifestx"
  install_file "$work/manual" "$man/docker-manifestx.1"
  for file in "$here"/helpers/*.sh; do
    if ! $has_helpers || [[ ! -e $file ]]; then break; fi
    install_file "$file" "$bin/${file##*/}" "$(test -x "$file" && echo 755 || echo 644)"
  done
  [[ ! -d $here/completions ]] || install_completions
  ! $edits_rc || install_rc
  [[ $action != apply ]] || remove_drafts
}

install_completions() {
  local scripts=$here/completions name names
  install_file "$scripts/docker-manifestx.bash" "$bash/docker-manifestx"
  ! has_shell zsh || install_file "$scripts/_docker-manifestx" "$zsh/_docker-manifestx"
  ! has_shell fish || install_file "$scripts/docker-manifestx.fish" "$fish/docker-manifestx.fish"
  # The first line of the zsh script names every command that is completed. bash and fish look for one file per command.
  # fish needs files for programs (*.sh) only, because the other commands are functions that fish does not have.
  read -ra names < <(sed -n '1s/^#compdef docker-manifestx//p' "$scripts/_docker-manifestx")
  for name in "${names[@]}"; do
    $has_helpers || continue
    install_link "$bash/docker-manifestx" "$bash/$name"
    [[ $name != *.sh ]] || ! has_shell fish || install_link "$fish/docker-manifestx.fish" "$fish/$name.fish"
  done
}

# has_shell SHELL: always true for a package, because the machines on which it is installed can have any shell.
has_shell() { [[ -n $destdir ]] || command -v "$1" >/dev/null; }

# Removes the tags that tab completion caches for half a minute.
remove_cache() {
  local cache
  cache=$(xdg XDG_CACHE_HOME .cache)/docker-manifestx
  [[ -d $cache && ! -L $cache && -O $cache ]] || return 0
  find "$cache" -maxdepth 1 -type f -regextype posix-extended -regex '.*/[0-9a-f]{64}([.][0-9]+)?' -delete
  rmdir --ignore-fail-on-non-empty -- "$cache"
  [[ -d $cache ]] || rmdir --ignore-fail-on-non-empty -- "${cache%/*}"
}

# Removes the cache, and temporary directories of earlier runs that were killed.
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

# “docker manifestx hooks enable” writes them. docker ignores the settings of a plugin that it does not find.
show_kept_settings() {
  ! grep --quiet --no-messages --devices=skip '"manifestx"' -- "$docker_config/config.json" ||
    log "Not removed: “manifestx” in “plugins” of $docker_config/config.json, which has no effect without the plugin"
}

is_on_path() { [[ :$PATH: == *:$1:* ]]; }

# quote PATH: for bash and zsh. printf %q is not enough for zsh, where options can make more characters special.
quote() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

quote_for_fish() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}

# rc_lines SHELL: the lines for the shell's start-up file. In bash, they make completion work without bash-completion.
rc_lines() {
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
  ! $has_helpers || [[ ! -e $here/helpers/manifestx.sh ]] || echo "[ ! -r $quoted/manifestx.sh ] || . $quoted/manifestx.sh"
}

install_rc() {
  install_block "$home/.bashrc" < <(rc_lines bash)
  ! has_shell zsh || install_block "${zdotdir%/}/.zshrc" < <(rc_lines zsh)
  ! has_shell fish || install_block "$config/fish/config.fish" < <(rc_lines fish)
}

# completes_docker SHELL: true if docker's own completion script, which also completes plugins, is installed. Scripts of
# docker 20.10 and older do not complete plugins.
completes_docker() {
  local files
  case $1 in
  bash) files=({/usr,/usr/local}/share/bash-completion/completions/docker /etc/bash_completion.d/docker* "$bash/docker" "$HOME/.bashrc") ;;
  zsh) files=({/usr,/usr/local}/share/zsh/{vendor-completions,site-functions}/_docker "$zsh/_docker" "${zdotdir:-$HOME}/.zshrc") ;;
  fish) files=(/usr/share/fish/{completions,vendor_completions.d}/docker.fish "$fish/docker.fish" "$HOME/.config/fish/config.fish") ;;
  esac
  grep --quiet --no-messages --devices=skip --extended-regexp "__complete|docker completion $1" -- "${files[@]}"
}

# With --rc, docker-manifestx itself needs no bash-completion, but docker's own completion script does.
needs_bash_completion() { ! $edits_rc || command -v docker >/dev/null; }

# loads_bash_completion: true if a start-up file of bash loads it. The ~/.bashrc of root, and of users in containers, does not.
loads_bash_completion() {
  grep --quiet --no-messages --devices=skip --extended-regexp '^[^#]*/bash_completion' -- "$HOME/.bashrc" /etc/bash.bashrc /etc/bashrc
}

show_bash_steps() {
  local script=/usr/share/bash-completion/bash_completion steps=()
  [[ -e $script ]] || steps=("install the Debian package bash-completion")
  [[ $mode != user ]] || loads_bash_completion || steps+=("add this line to ~/.bashrc: . $script")
  case ${#steps[@]} in
  1) log "For tab completion in bash, ${steps[0]}" ;;
  2) log "For tab completion in bash, ${steps[0]}, and ${steps[1]}" ;;
  esac
}

# Where bash and fish search for completion scripts besides their own directories.
show_data_steps() {
  local directories=${XDG_DATA_DIRS:-/usr/local/share:/usr/share}
  directories=${directories//\/:/:}
  [[ :${directories%/}: != *":$prefix/share:"* ]] || return 0
  ! has_shell bash || log "For tab completion in bash, add this line to the file that sets your PATH:" \
    "export XDG_DATA_DIRS=$(quote "$prefix/share"):\"\${XDG_DATA_DIRS:-/usr/local/share:/usr/share}\""
  ! has_shell fish || log "For tab completion in fish, add this line to ~/.config/fish/config.fish:" \
    "set --append fish_complete_path $(quote_for_fish "$fish")"
}

# loads_compinit: true if ~/.zshrc starts zsh's completion, itself or with a framework. What starts it before that, such as
# Ubuntu's /etc/zsh/zshrc, does not see the directory that ~/.zshrc adds.
loads_compinit() {
  grep --quiet --no-messages --devices=skip --extended-regexp '^[^#]*(compinit|oh-my-zsh|prezto|zinit|zim|zplug|antigen|antidote)' \
    -- "${zdotdir:-$HOME}/.zshrc"
}

show_zsh_steps() {
  local line start='autoload -Uz compinit && compinit'
  read -r line < <(rc_lines zsh)
  if $edits_rc; then
    loads_compinit || log "For tab completion in zsh, add this line to the end of ~/.zshrc: $start"
  elif loads_compinit; then
    log "For tab completion in zsh, add this line to ~/.zshrc, before compinit: $line"
  else
    log "For tab completion in zsh, add this line to ~/.zshrc: $line; $start"
  fi
}

# What --rc cannot do: docker's own completion script belongs to docker.
warn_of_docker_completion() {
  local shell script
  command -v docker >/dev/null || return 0
  for shell in bash zsh fish; do
    ! has_shell "$shell" || completes_docker "$shell" && continue
    case $shell in
    bash) script=$bash/docker ;;
    zsh) script=$zsh/_docker ;;
    fish) script=$fish/docker.fish ;;
    esac
    log "WARNING: $shell does not complete “docker manifestx”, because docker's own completion script is not installed." \
      "To install it: docker completion $shell >$(quote "$script")"
  done
}

show_next_steps() {
  if ! command -v docker >/dev/null; then
    log "docker is not installed, so “docker manifestx” does not work. “docker-manifestx” works without docker."
  elif ! docker manifestx version >/dev/null 2>&1; then
    log "docker does not search for plugins in $plugins. Add this directory to “cliPluginsExtraDirs” in docker's" \
      "config.json, or run “docker-manifestx” directly."
  else
    log "Try:       docker manifestx --help"
  fi
  if $edits_rc; then
    [[ ! -d $here/completions ]] || ! has_shell zsh || show_zsh_steps
    log "Open a new shell for the changes to take effect."
  else
    is_on_path "$bin" ||
      log "To use “docker-manifestx”$($has_helpers && echo " and the shell helpers"), add $bin to the PATH, and open a new shell."
    [[ $mode == system || ! -d $here/completions ]] || ! has_shell zsh || show_zsh_steps
    [[ $mode != user ]] || log "To make these changes: $(command_with --rc)"
  fi
  [[ -d $here/completions ]] || return 0
  [[ $mode != prefix ]] || show_data_steps
  ! needs_bash_completion || show_bash_steps
  warn_of_docker_completion
}

# command_with OPTION: the command line of this run with one more option.
command_with() {
  local argument words=(./install.sh)
  for argument in "${arguments[@]}" "$1"; do
    [[ $argument == --demo ]] || words+=("$(printf %q "$argument")")
  done
  echo "${words[*]}"
}

main() {
  if [[ $mode == user && ${#as_caller[@]} -gt 0 ]]; then
    # First what needs root, then everything else as the calling user.
    $uninstalls || [[ -n $binary ]] || "${as_caller[@]}" "$here/packaging/need-swift" >/dev/null
    $uninstalls || $is_dry_run || install_packages
    log "Continuing as $caller"
    exec "${as_caller[@]}" bash "$here/install.sh" "${arguments[@]}"
  fi
  # shellcheck source=packaging/files.sh
  source "$here/packaging/files.sh"
  # shellcheck source=packaging/blocks.sh
  source "$here/packaging/blocks.sh"
  set_paths
  trap clean_up EXIT
  ! $is_dry_run || action=show
  [[ $mode != system || -n $destdir ]] || ((EUID == 0)) || $is_dry_run ||
    fail "--system requires root" "Run: sudo ./install.sh ${arguments[*]}"
  if $uninstalls; then
    remove_all
    $is_dry_run || remove_leftovers
    [[ $mode != user ]] || show_kept_settings
    return
  fi
  [[ -z $binary || -f $binary ]] || fail "the file $binary does not exist"
  # Check for Swift before anything is installed.
  [[ -n $binary ]] || swift=$("${as_caller[@]}" "$here/packaging/need-swift")
  install_packages
  [[ -n $binary ]] || build
  $is_dry_run || leave_copied_list
  work=$(mktemp --directory --tmpdir docker-manifestx.XXXXXXXXXX)
  if ! $is_dry_run; then
    prepare
    action=check
    install_all
    action=apply
  fi
  install_all
  [[ -n $destdir ]] || $is_dry_run || show_next_steps
  ! $runs_demo || $is_dry_run || "$here/packaging/demo.sh" "$plugins/docker-manifestx"
}

main
