# shellcheck shell=bash
# Puts files in place, remembers what it put there, and takes exactly that away again. Sourced by install.sh, which sets
# destdir (goes in front of every path), list (where it is remembered; empty: nowhere), root (the home or the prefix, by
# the name that leads there without a link), within (nothing outside of this directory is removed; empty: anywhere) and
# action (check, say or put). What is cut off at any moment can be taken away: everything is remembered before it is made.

: "${destdir?}" "${list?}" "${root?}" "${within?}" "${action?}"

# What is being written in the place of a file, until it is that file; the trap of install.sh removes it.
draft=''
# How the names of drafts begin: hidden, and nobody else's.
mark=.docker-manifestx

# fingerprint PATH: of a file's content, or of where a link leads.
fingerprint() {
  if [[ -L $1 ]]; then readlink -- "$1"; else cat -- "$1"; fi | sha256sum | cut -d' ' -f1
}

is_there() { [[ -e $1 || -L $1 ]]; }

# place PATH: as it is remembered. A home may be known by several names, with links in them, and be meant by each.
place() {
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

# existing PATH: it, or the nearest directory above it that is there.
existing() {
  local path=$1
  until is_there "${path:-/}"; do path=${path%/*}; done
  printf '%s\n' "${path:-/}"
}

is_on_list() { grep --quiet --line-regexp --fixed-strings "$@" -- "$list"; }

# remember KIND FINGERPRINT PATH, before it is put there. KIND is “file”, “directory”, “draft”, “block” (in a file that was
# there) or “blockfile” (one that was not); all but files have no fingerprint (-), and of them what was known first counts.
remember() {
  [[ -n $list ]] || return 0
  [[ -e $list ]] || begin_list || return
  local kind=$1 print=$2 path
  path=$(place "$3")
  if [[ $kind == file ]]; then
    ! is_on_list -e "$kind $print $path" || return 0
  else
    ! is_on_list -e "directory - $path" -e "draft - $path" -e "block - $path" -e "blockfile - $path" || return 0
  fi
  # A full disk may have left half a line.
  [[ -z $(tail -c 1 "$list") ]] || echo >>"$list" || return
  printf '%s %s %s\n' "$kind" "$print" "$path" >>"$list"
}

# Until its directories are made, the list has a place above them.
begin_list() {
  local directory=${list%/*} first
  first=$(unfinished_list)
  if [[ -z $first ]]; then
    first=$(existing "$directory")
    first=${first%/}/$mark.installed
    ! is_there "$first" || stop "There is a file at $first that this did not put there"
  fi
  until [[ -d ${directory:-/} ]]; do
    printf 'directory - %s\n' "$directory" >>"$first" || return
    directory=${directory%/*}
  done
  : >>"$first" && mkdir -p -- "${list%/*}" && mv -fT -- "$first" "$list"
}

# Where begin_list, or remove_all at its end, was cut off: the list that it left; otherwise nothing.
unfinished_list() {
  local above=$list
  while [[ -n $above ]]; do
    above=${above%/*}
    if is_unfinished_list "$above/$mark.installed"; then
      printf '%s\n' "$above/$mark.installed"
      return
    fi
  done
}

is_unfinished_list() {
  [[ -f $1 && -O $1 && ! -L $1 ]] &&
    ! grep --quiet --invert-match --extended-regexp '^(file [0-9a-f]{64}|(directory|draft|block|blockfile) -) /' "$1"
}

# rewrite_list LINES: the list is then these, or as it was.
rewrite_list() {
  new_draft "$list" && printf '%s' "${1:+$1$'\n'}" >"$draft" && finish_draft "$list"
}

# is_ours PATH: it is as it was put there, now or by an earlier run.
is_ours() {
  [[ -n $list && -f $list ]] && { [[ -L $1 ]] || [[ -f $1 ]]; } || return
  local print
  print=$(fingerprint "$1") && is_on_list -e "file $print $1" -e "file $print $(place "$1")"
}

# make_directory PATH [MODE]
make_directory() {
  [[ ! -d $1 ]] || return 0
  make_directory "$(dirname "$1")"
  remember directory - "$1"
  # The list may have needed it.
  [[ -d $1 ]] || mkdir -m "${2:-755}" -- "$1"
}

# new_draft TARGET: sets draft to a name beside it that nothing has.
new_draft() {
  draft=$(mktemp --dry-run -- "$(dirname "$1")/$mark.XXXXXXXXXX") && remember draft - "$draft"
}

# finish_draft TARGET: in one step, so that whoever uses TARGET has either what was there or what is there now.
finish_draft() {
  mv -fT -- "$draft" "$1" || return
  draft=''
}

drop_draft() {
  [[ -z $draft ]] || rm -f -- "$draft"
  draft=''
}

# forget_drafts: at the end of a run. Those of runs that were cut off go as well.
forget_drafts() {
  [[ -n $list ]] || return 0
  local path
  while IFS= read -r path; do rm -f -- "$path"; done < <(sed -n 's/^draft - //p' "$list")
  rewrite_list "$(sed '/^draft /d' "$list")"
}

# check TARGET: stops before anything is put anywhere if somebody else's file would be lost, or it could not be put there.
check() {
  local directory
  [[ -n $destdir ]] || ! is_there "$1" || is_ours "$1" ||
    stop "There is a file at $1 that this did not put there, or that was changed since. Move it away, and come again."
  directory=$(existing "$(dirname "$1")")
  [[ -d $directory && -w $directory ]] || stop "$1 can't be made: $directory is no directory that can be written"
}

# put FILE TARGET [MODE]
put() {
  local file=$1 target=$destdir$2 mode=${3:-644}
  case $action in
  check) check "$target" ;;
  say) echo "Would install $target" ;;
  put)
    make_directory "$(dirname "$target")"
    remember file "$(fingerprint "$file")" "$target"
    new_draft "$target"
    install -m "$mode" -- "$file" "$draft"
    finish_draft "$target"
    ;;
  esac
}

# put_link FILE LINK: both as they are to be found in the end. The link leads from where its directory really is.
put_link() {
  local link=$destdir$2 file=$destdir$1 to
  case $action in
  check) check "$link" ;;
  say) echo "Would link $link to $file" ;;
  put)
    make_directory "$(dirname "$link")"
    to=$(realpath --canonicalize-missing --relative-to="$(dirname "$link")" -- "$(dirname "$file")")/${file##*/}
    remember file "$(echo "$to" | sha256sum | cut -d' ' -f1)" "$link"
    new_draft "$link"
    ln --symbolic --no-target-directory -- "$to" "$draft"
    finish_draft "$link"
    ;;
  esac
}

# remove_all: everything that is on the list and still as it was put there, and the directories that were made for it, if
# nothing else is in them. What can't be removed stays on the list.
remove_all() {
  local known=$list line kind path directories=() left=() gone=()
  [[ -f $list ]] || list=$(unfinished_list)
  if [[ -z $list ]]; then
    echo "Nothing to remove: there is no $known"
    return
  fi
  gone=("$list")
  while IFS= read -r line; do
    kind=${line%% *} path=/${line#*/}
    if [[ -n $within && $(place "$path")/ != "$within"/* || $path == */../* ]]; then
      say "Left, because it is not below ${within:-/}: $path"
    elif [[ $kind == directory ]]; then
      directories+=("$path")
    elif [[ $action == say ]]; then
      ! say_removal "$kind" "$path" || gone+=("$path")
    else
      remove "$kind" "$path" || left+=("$line")
    fi
    # In the order of the alphabet backwards, a directory comes after what is in it.
  done < <(LC_ALL=C sort --reverse --key=3 "$list" | awk '!seen[substr($0, index($0, "/"))]++')
  if [[ $action == say ]]; then
    say_directories
  elif ((${#left[@]})); then
    remove_directories
    # With the directories, for the next time.
    rewrite_list "$(printf '%s\n' "${left[@]}" && sed -n '/^directory /p' "$list")" || drop_draft
    stop "Not everything could be removed: see above. What is left is on the list $list"
  else
    leave_directories
    remove_directories
    rm -f -- "$list"
    echo "Removed everything that was on the list $known"
  fi
}

# The list goes where it is not in the way of removing its own directories, and known to who comes after a cut.
leave_directories() {
  local above=${list%/*}
  while is_on_list -e "directory - $above"; do above=${above%/*}; done
  [[ $above == "${list%/*}" ]] || is_there "$above/$mark.installed" || {
    mv -fT -- "$list" "$above/$mark.installed"
    list=$above/$mark.installed
  }
}

remove_directories() {
  local path
  for path in "${directories[@]}"; do
    [[ ! -d $path ]] || rmdir --ignore-fail-on-non-empty -- "$path" || true
  done
}

remove() {
  case $1 in
  file)
    if is_ours "$2"; then
      rm -f -- "$2"
    else
      ! is_there "$2" || say "Left, because it was changed: $2"
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

# say_removal KIND PATH: what `remove` would do. True if nothing would be left at PATH.
say_removal() {
  local problem
  is_there "$2" || return 0
  case $1 in
  file)
    if ! is_ours "$2"; then
      echo "Would leave, because it was changed: $2"
      return 1
    fi
    ;;
  block | blockfile)
    [[ $(block "$2") != none ]] || return
    problem=$(block_problem "$2")
    if [[ -n $problem ]]; then
      echo "Would leave its lines: $problem"
      return 1
    elif [[ $1 == block || -L $2 || -n $(without_block "$2" | head -n 1 | tr '\n' x) ]]; then
      echo "Would remove its lines from $2"
      return 1
    fi
    ;;
  esac
  echo "Would remove ${1/blockfile/file} $2"
}

say_directories() {
  local path others
  for path in "${directories[@]}"; do
    [[ -d $path ]] || continue
    others=$(find "$path" -mindepth 1 -maxdepth 1 |
      grep --invert-match --line-regexp --fixed-strings --file=<(printf '%s\n' "${gone[@]}")) || true
    [[ -z $others ]] || continue
    echo "Would remove directory $path"
    gone+=("$path")
  done
}
