# shellcheck shell=bash
# Installs files, records each of them in a list, and removes exactly these files when uninstalling. install.sh sources
# this file, and sets:
#
#     destdir        goes in front of every path
#     list           the file with the list; empty: nothing is recorded
#     root           the home directory or the prefix, without links
#     removal_limit  nothing outside of this directory is removed; empty: no limit
#     action         check, show or apply
#
# Everything is recorded before it is created. If a run is killed at any moment, its files can still be removed.

: "${destdir?}" "${list?}" "${root?}" "${removal_limit?}" "${action?}"

# A draft is a temporary file that takes the place of a file when it is complete. The trap in install.sh removes it.
draft=''
# The names of drafts begin with this. No other program uses it.
draft_prefix=.docker-manifestx

# fingerprint PATH: a hash of a file's content, or of a link's target.
fingerprint() {
  if [[ -L $1 ]]; then readlink -- "$1"; else cat -- "$1"; fi | sha256sum | cut -d' ' -f1
}

exists() { [[ -e $1 || -L $1 ]]; }

# listed_path PATH: the path as it is recorded. The home directory can have several names, because of links. All of them
# become the same recorded path.
listed_path() {
  local above=$1
  while [[ -n $root && $above == /*/* ]]; do
    above=${above%/*}
    if [[ $above -ef $root ]]; then
      printf '%s\n' "$root${1#"$above"}"
      return
    fi
  done
  printf '%s\n' "$1"
}

# nearest_existing PATH: the path, or the nearest parent directory that exists.
nearest_existing() {
  local path=$1
  until exists "${path:-/}"; do path=${path%/*}; done
  printf '%s\n' "${path:-/}"
}

is_on_list() { grep --quiet --line-regexp --fixed-strings "$@" -- "$list"; }

# record KIND FINGERPRINT PATH: must be called before the path is created. KIND is “file”, “directory”, “draft”, “block”
# (in an existing file) or “blockfile” (in a new file). Only files have a fingerprint; for the others, it is “-”, and only
# the first kind that is recorded for a path is kept.
record() {
  [[ -n $list ]] || return 0
  [[ -e $list ]] || create_list || return
  local kind=$1 hash=$2 path
  path=$(listed_path "$3")
  if [[ $kind == file ]]; then
    ! is_on_list -e "$kind $hash $path" || return 0
  else
    ! is_on_list -e "directory - $path" -e "draft - $path" -e "block - $path" -e "blockfile - $path" || return 0
  fi
  # If the disk was full before, the last line can be incomplete.
  [[ -z $(tail -c 1 "$list") ]] || echo >>"$list" || return
  printf '%s %s %s\n' "$kind" "$hash" "$path" >>"$list"
}

# create_list: while the directories of the list do not exist, the list is a file in the nearest directory above them.
create_list() {
  local directory=${list%/*} first
  first=$(find_unfinished_list)
  if [[ -z $first ]]; then
    first=$(nearest_existing "$directory")
    first=${first%/}/$draft_prefix.installed
    ! exists "$first" || fail "$first already exists, and install.sh did not create it"
  fi
  until [[ -d ${directory:-/} ]]; do
    printf 'directory - %s\n' "$directory" >>"$first" || return
    directory=${directory%/*}
  done
  : >>"$first" && mkdir -p -- "${list%/*}" && mv -fT -- "$first" "$list"
}

# find_unfinished_list: prints the list that create_list, or the end of remove_all, left behind when it was killed.
find_unfinished_list() {
  local above=$list
  while [[ -n $above ]]; do
    above=${above%/*}
    if is_unfinished_list "$above/$draft_prefix.installed"; then
      printf '%s\n' "$above/$draft_prefix.installed"
      return
    fi
  done
}

is_unfinished_list() {
  [[ -f $1 && -O $1 && ! -L $1 ]] &&
    ! grep --quiet --invert-match --extended-regexp '^(file [0-9a-f]{64}|(directory|draft|block|blockfile) -) /' "$1"
}

# rewrite_list LINES: replaces the content of the list, or leaves it unchanged if that fails.
rewrite_list() {
  new_draft "$list" && printf '%s' "${1:+$1$'\n'}" >"$draft" && finish_draft "$list"
}

# is_unchanged PATH: true if this run or an earlier one installed the file, and it has not been changed since.
is_unchanged() {
  [[ -n $list && -f $list ]] && { [[ -L $1 ]] || [[ -f $1 ]]; } || return
  local hash
  hash=$(fingerprint "$1") && is_on_list -e "file $hash $1" -e "file $hash $(listed_path "$1")"
}

# make_directory PATH [MODE]
make_directory() {
  [[ ! -d $1 ]] || return 0
  make_directory "$(dirname "$1")"
  record directory - "$1"
  # Recording it can have created it, if the list is in it.
  [[ -d $1 ]] || mkdir -m "${2:-755}" -- "$1"
}

# new_draft TARGET: sets draft to an unused name in the same directory.
new_draft() {
  draft=$(mktemp --dry-run -- "$(dirname "$1")/$draft_prefix.XXXXXXXXXX") && record draft - "$draft"
}

# finish_draft TARGET: replaces the target in one step, so that other programs see either the old file or the new one.
finish_draft() {
  mv -fT -- "$draft" "$1" || return
  draft=''
}

drop_draft() {
  [[ -z $draft ]] || rm -f -- "$draft"
  draft=''
}

# remove_drafts: called at the end of a run; also removes the drafts of earlier runs that were killed.
remove_drafts() {
  [[ -n $list ]] || return 0
  local path
  while IFS= read -r path; do rm -f -- "$path"; done < <(sed -n 's/^draft - //p' "$list")
  rewrite_list "$(sed '/^draft /d' "$list")"
}

# check_target TARGET: fails if the target cannot be written. This is checked for all targets before the first one is
# installed.
check_target() {
  local directory above=$1
  directory=$(nearest_existing "$(dirname "$1")")
  [[ -d $directory && -w $directory ]] || fail "$1 cannot be created, because $directory is not a writable directory"
  [[ ! -d $1 || -L $1 ]] || fail "$1 is a directory" "Move it away, and run this again."
  while [[ -z $destdir && $above == "${home:-$root}"/* ]]; do
    above=${above%/*}
    is_trusted_link "$above" || fail "$above is a link that belongs to another user"
  done
}

# is_trusted_link PATH: false for a link of a user who is neither this one nor root.
is_trusted_link() { [[ ! -L $1 ]] || [[ $(stat --format %u -- "$1") =~ ^(0|$EUID)$ ]]; }

# is_foreign FILE TARGET: true if TARGET exists, install.sh did not install it, or it was changed later, and it is neither
# the file that is being installed nor the program before it was stripped.
is_foreign() {
  exists "$2" && [[ -z $destdir ]] || return
  # Nobody may ever write to a pipe.
  [[ -L $2 || -f $2 ]] || return 0
  ! is_unchanged "$2" || return
  [[ -L $2 ]] || { ! cmp --quiet -- "$1" "$2" && { [[ -z ${binary-} ]] || ! cmp --quiet -- "$binary" "$2"; }; }
} 2>/dev/null

# name_aside TARGET: where a file of the user is moved. docker would take a name with “docker-” for another plugin.
name_aside() {
  local name=${1##*/} number=''
  name=${1%/*}/${name#docker-}.orig
  while exists "$name$number"; do number=.$((${number#.} + 1)); done
  printf '%s\n' "$name$number"
}

# show_aside TARGET: names the file of the user that was moved last, after its place is free again.
show_aside() {
  local aside number=0 name=${1##*/}
  name=${1%/*}/${name#docker-}.orig aside=$name
  while exists "$name.$((number + 1))"; do number=$((number + 1)) aside=$name.$number; done
  ! exists "$aside" || log "To restore the file that was here before: mv -n -- $(quote "$aside") $(quote "$1")"
}

# set_aside FILE TARGET: moves a file of the user out of the way.
set_aside() {
  local name
  if ! is_foreign "$1" "$2"; then
    [[ $action != apply || -n $destdir || -L $2 || ! -f $2 ]] || is_unchanged "$2" ||
      log "Replaced: $2, a copy that install.sh did not install"
    return
  fi
  name=$(name_aside "$2")
  if [[ $action == show ]]; then
    echo "Would move $2 to $name, because install.sh did not install it"
  else
    mv -nT -- "$2" "$name"
    ! exists "$2" || fail "$2 cannot be moved to $name"
    log "Moved: $2 to $name, because install.sh did not install it"
  fi
}

# install_file FILE TARGET [MODE]
install_file() {
  local file=$1 target=$destdir$2 mode=${3:-644}
  case $action in
  check) check_target "$target" ;;
  show)
    set_aside "$file" "$target"
    echo "Would install $target"
    ;;
  apply)
    make_directory "$(dirname "$target")"
    set_aside "$file" "$target"
    record file "$(fingerprint "$file")" "$target"
    new_draft "$target"
    install -m "$mode" -- "$file" "$draft"
    finish_draft "$target"
    log "Installed: $target"
    ;;
  esac
}

# install_link FILE LINK: creates a relative link, which starts at the real directory of LINK. Both are final paths.
install_link() {
  local link=$destdir$2 file=$destdir$1 to
  case $action in
  check) check_target "$link" ;;
  show)
    is_same_link "$file" "$link" || set_aside "$file" "$link"
    echo "Would link $link to $file"
    ;;
  apply)
    make_directory "$(dirname "$link")"
    is_same_link "$file" "$link" || set_aside "$file" "$link"
    to=$(realpath --canonicalize-missing --relative-to="$(dirname "$link")" -- "$(dirname "$file")")/${file##*/}
    record file "$(echo "$to" | sha256sum | cut -d' ' -f1)" "$link"
    new_draft "$link"
    ln --symbolic --no-target-directory -- "$to" "$draft"
    finish_draft "$link"
    log "Installed: $link"
    ;;
  esac
}

# is_same_link FILE LINK: true if LINK is a link to FILE, however its target is spelled.
is_same_link() { [[ -L $2 && $2 -ef $1 ]]; }

# other_place: prints where the files of the list are, if that is not here: the list was copied, with a whole home directory.
# Every installation has a manual page.
other_place() {
  local page paths
  [[ -f $list && -z $removal_limit ]] || return 0
  page=$(listed_path "${list%/docker-manifestx/installed}/man/man1/docker-manifestx.1")
  paths=$(sed 's|^[^/]*||' "$list")
  grep --quiet --line-regexp --fixed-strings --regexp="$page" <<<"$paths" ||
    sed -n 's|/man/man1/docker-manifestx[.]1$||p' <<<"$paths" | head -n 1
}

# leave_copied_list: an installation here begins a list of its own.
leave_copied_list() {
  local place
  [[ -n $list ]] || return 0
  place=$(other_place)
  [[ -z $place ]] || { rewrite_list '' && log "Ignored: the list $list, which is a copy of that in $place"; }
}

# remove_all: removes everything on the list that has not been changed, and the directories that were created for it, if
# they are empty. What cannot be removed stays on the list.
remove_all() {
  local original=$list place line kind path directories=() kept=() removed=()
  [[ -f $list ]] || list=$(find_unfinished_list)
  if [[ -z $list ]]; then
    echo "Nothing to remove: $original does not exist"
    return
  fi
  place=$(other_place)
  [[ -z $place ]] || fail "the list $list is a copy of that in $place, so nothing was removed" \
    "To remove the copied files, install here first, and then uninstall."
  removed=("$list")
  while IFS= read -r line; do
    kind=${line%% *} path=/${line#*/}
    if [[ -n $removal_limit && $(listed_path "$path")/ != "$removal_limit"/* || $path == */../* ]]; then
      log "Not removed, because it is not in ${removal_limit:-/}: $path"
    elif [[ $kind == directory ]]; then
      directories+=("$path")
    elif [[ $action == show ]]; then
      ! show_removal "$kind" "$path" || removed+=("$path")
    else
      remove "$kind" "$path" || kept+=("$line")
    fi
    # In reverse alphabetical order, the content of a directory comes before the directory.
  done < <(LC_ALL=C sort --reverse --key=3 "$list" | awk '!seen[substr($0, index($0, "/"))]++')
  if [[ $action == show ]]; then
    show_directories
  elif ((${#kept[@]})); then
    remove_directories
    # The directories stay on the list, for the next attempt.
    rewrite_list "$(printf '%s\n' "${kept[@]}" && sed -n '/^directory /p' "$list")" || drop_draft
    fail "some files could not be removed; see the messages above" "They are still listed in $list"
  else
    move_list_up
    remove_directories
    rm -f -- "$list"
    echo "Removed everything listed in $original"
  fi
}

# move_list_up: moves the list out of the directories that are about to be removed. If this run is killed,
# find_unfinished_list finds it there.
move_list_up() {
  local above=${list%/*}
  while is_on_list -e "directory - $above"; do above=${above%/*}; done
  [[ $above == "${list%/*}" ]] || exists "$above/$draft_prefix.installed" || {
    mv -fT -- "$list" "$above/$draft_prefix.installed"
    list=$above/$draft_prefix.installed
  }
}

remove_directories() {
  local path
  for path in "${directories[@]}"; do
    [[ ! -d $path ]] || rmdir --ignore-fail-on-non-empty -- "$path" || true
  done
}

# remove KIND PATH
remove() {
  case $1 in
  file)
    if is_unchanged "$2"; then
      rm -f -- "$2" && show_aside "$2"
    else
      ! exists "$2" || log "Not removed, because it was changed: $2"
    fi
    ;;
  draft) rm -f -- "$2" ;;
  block) remove_block "$2" ;;
  blockfile)
    remove_block "$2" || return
    [[ -s $2 || -L $2 ]] || rm -f -- "$2"
    ;;
  esac
}

# show_removal KIND PATH: prints what “remove” would do. True if the path would not exist afterwards.
show_removal() {
  local problem
  exists "$2" || return 0
  case $1 in
  file)
    if ! is_unchanged "$2"; then
      echo "Would not remove, because it was changed: $2"
      return 1
    fi
    ;;
  block | blockfile)
    [[ $(block_state "$2") != none ]] || return
    problem=$(block_problem "$2")
    if [[ -n $problem ]]; then
      echo "Would not remove lines: $problem"
      return 1
    elif [[ $1 == block || -L $2 || -n $(without_block "$2" | head -n 1 | tr '\n' x) ]]; then
      echo "Would remove lines from $2"
      return 1
    fi
    ;;
  esac
  echo "Would remove ${1/blockfile/file} $2"
}

show_directories() {
  local path others
  for path in "${directories[@]}"; do
    [[ -d $path ]] || continue
    others=$(find "$path" -mindepth 1 -maxdepth 1 |
      grep --invert-match --line-regexp --fixed-strings --file=<(printf '%s\n' "${removed[@]}")) || true
    [[ -z $others ]] || continue
    echo "Would remove directory $path"
    removed+=("$path")
  done
}
