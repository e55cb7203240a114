# shellcheck shell=bash
# Puts files in place, remembers what it put there, and takes exactly that away again. Sourced by install.sh, which sets
# destdir (goes in front of every path), list (where it is remembered; empty: nowhere), within (nothing outside of this
# directory is removed; empty: anywhere), action (check, say or put) and work (a directory for drafts).

: "${destdir?}" "${list?}" "${within?}" "${action?}" "${work?}"

# fingerprint PATH: of a file's content, or of where a link leads.
fingerprint() {
  if [[ -L $1 ]]; then readlink -- "$1"; else cat -- "$1"; fi | sha256sum | cut -d' ' -f1
}

is_there() { [[ -e $1 || -L $1 ]]; }

# remember KIND FINGERPRINT PATH, before it is put there: of a run that is cut off, everything can be taken away. KIND is
# “file”, “directory”, “block” (in a file that was there) or “blockfile” (one that was not); all but files have no
# fingerprint (-), and of them what was known first counts.
remember() {
  [[ -n $list ]] || return 0
  [[ -e $list ]] || begin_list
  if [[ $1 == file ]]; then
    grep --quiet --line-regexp --fixed-strings -- "$1 $2 $3" "$list" || printf '%s %s %s\n' "$@" >>"$list"
  else
    cut -d' ' -f3- "$list" | grep --quiet --line-regexp --fixed-strings -- "$3" || printf '%s %s %s\n' "$@" >>"$list"
  fi
}

begin_list() {
  local directory made=()
  directory=$(dirname "$list")
  while [[ ! -d $directory ]]; do
    made+=("$directory")
    directory=$(dirname "$directory")
  done
  mkdir -p "$(dirname "$list")"
  : >"$list"
  for directory in "${made[@]}"; do remember directory - "$directory"; done
}

# is_ours PATH: it is as it was put there, now or by an earlier run.
is_ours() {
  [[ -n $list && -f $list ]] && { [[ -L $1 ]] || [[ -f $1 ]]; } &&
    grep --quiet --line-regexp --fixed-strings -- "file $(fingerprint "$1") $1" "$list"
}

# make_directory PATH [MODE]
make_directory() {
  [[ ! -d $1 ]] || return 0
  make_directory "$(dirname "$1")"
  mkdir -m "${2:-755}" "$1"
  remember directory - "$1"
}

# check TARGET: stops before anything is put anywhere if somebody else's file would be lost.
check() {
  [[ -n $destdir ]] || ! is_there "$1" || is_ours "$1" ||
    stop "There is a file at $1 that this did not put there, or that was changed since. Move it away, and come again."
}

# put FILE TARGET [MODE]: in one step, so that a program which runs from TARGET is not disturbed.
put() {
  local file=$1 target=$destdir$2 mode=${3:-644}
  case $action in
  check) check "$target" ;;
  say) echo "Would install $target" ;;
  put)
    make_directory "$(dirname "$target")"
    remember file "$(fingerprint "$file")" "$target"
    install -m "$mode" "$file" "$target.new"
    mv -fT "$target.new" "$target"
    ;;
  esac
}

# put_link FILE LINK: both as they are to be found in the end.
put_link() {
  local link=$destdir$2 to
  case $action in
  check) check "$link" ;;
  say) echo "Would link $link to $destdir$1" ;;
  put)
    make_directory "$(dirname "$link")"
    to=$(realpath --no-symlinks --canonicalize-missing --relative-to="$(dirname "$link")" "$destdir$1")
    remember file "$(echo "$to" | sha256sum | cut -d' ' -f1)" "$link"
    ln --symbolic --force --no-target-directory "$to" "$link"
    ;;
  esac
}

first_line='# >>> docker-manifestx (install.sh --uninstall removes these lines) >>>'
last_line='# <<< docker-manifestx <<<'

# block FILE: prints “none”, “whole”, or “broken” where one of the two lines is missing, or they are the wrong way round.
block() {
  [[ -f $1 ]] || { echo none && return; }
  awk -v first="$first_line" -v last="$last_line" '
    { sub(/\r$/, "") }
    $0 == first { bad += inside; inside = 1; count++ }
    $0 == last { bad += !inside; inside = 0; count++ }
    END { print !count ? "none" : bad || inside ? "broken" : "whole" }' "$1"
}

# put_block FILE, with the lines on standard input: at the top, where nothing that was there has to change.
put_block() {
  local file=$1 kind=block text
  text=$first_line$'\n'$(cat)$'\n'$last_line
  case $action in
  check) [[ $(block "$file") != broken ]] || stop "$(broken_block "$file")" ;;
  say) printf 'Would put at the top of %s:\n%s\n' "$file" "$text" ;;
  put)
    make_directory "$(dirname "$file")"
    is_there "$file" || kind=blockfile
    remember "$kind" - "$file"
    remove_block "$file"
    # Into the file itself: it may be a link to somewhere else.
    { echo "$text"; cat "$file" 2>/dev/null || true; } >"$work/block"
    cat "$work/block" >"$file"
    ;;
  esac
}

broken_block() {
  echo "In $1, one of the lines “$first_line” and “$last_line” is missing: remove by hand what belongs between them"
}

remove_block() {
  case $(block "$1") in
  none) ;;
  whole) sed --in-place --follow-symlinks "/^$first_line\r\?\$/,/^$last_line\r\?\$/d" "$1" ;;
  broken)
    say "$(broken_block "$1")"
    return 1
    ;;
  esac
}

# remove_all: everything that is on the list and still as it was put there, and the directories that were made for it, if
# nothing else is in them. What can't be removed stays on the list.
remove_all() {
  local line kind mark path left=()
  if [[ ! -f $list ]]; then
    echo "Nothing to remove: there is no $list"
    return
  fi
  # In the order of the alphabet backwards, a directory comes after what is in it; the list's own come last.
  while IFS= read -r line; do
    kind=${line%% *} mark=${line#* } path=/${line#*/}
    mark=${mark%% *}
    if [[ -n $within && $path/ != "$within"/* || $path == */../* ]]; then
      say "Left, because it is not below ${within:-/}: $path"
    elif [[ $action == say ]]; then
      echo "Would remove $kind $path"
    elif [[ $kind == directory && $list/ == "$path"/* ]]; then
      left+=("$path")
    else
      remove "$kind" "$path" || left+=("! $kind $mark $path")
    fi
  done < <(sort --reverse --key=3 "$list" | awk '!seen[substr($0, index($0, "/"))]++')
  [[ $action == put ]] || return 0
  if printf '%s\n' "${left[@]}" | grep --quiet '^!'; then
    # With the directories of the list itself, for the next time.
    { printf '%s\n' "${left[@]}" | sed -n 's/^! //p'; grep '^directory' "$list" || true; } >"$list.new"
    mv -fT "$list.new" "$list"
    stop "Not everything could be removed: see above. What is left is on the list $list"
  fi
  rm -f "$list"
  for path in "${left[@]}"; do remove directory "$path"; done
  echo "Removed everything that was on the list $list"
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
  directory) [[ ! -d $2 ]] || rmdir --ignore-fail-on-non-empty -- "$2" ;;
  block) remove_block "$2" ;;
  blockfile)
    remove_block "$2" || return
    [[ -s $2 || -L $2 ]] || rm -f -- "$2"
    ;;
  esac
}
