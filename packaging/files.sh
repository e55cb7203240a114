# shellcheck shell=bash
# Puts files in place, remembers what it put there, and takes exactly that away again. Sourced by install.sh, which
# sets destdir (goes in front of every path), list (where it is remembered; empty: nowhere), is_dry_run, work (a directory for drafts).

records=()
: "${destdir?}" "${list?}" "${is_dry_run?}" "${work?}"

# remember KIND PATH: KIND is “file”, “directory”, “block” (in a file that was there) or “blockfile” (one that was not).
remember() {
  [[ -n $list ]] && records+=("$1 $2")
  return 0
}

# What is known of a path from before counts. Also for a run that fails midway: what it has put there can be taken away.
save_records() {
  ((${#records[@]})) || return 0
  make_directory "$(dirname "$list")"
  { cat "$list" 2>/dev/null || true; printf '%s\n' "${records[@]}"; } |
    awk '!seen[substr($0, index($0, " "))]++' >"$list.new"
  mv -f "$list.new" "$list"
}

# make_directory PATH [MODE]
make_directory() {
  [[ -d $1 ]] && return
  make_directory "$(dirname "$1")"
  mkdir -m "${2:-755}" "$1"
  remember directory "$1"
}

# put FILE TARGET [MODE]: in one step, so that a program which runs from TARGET is not disturbed.
put() {
  local file=$1 target=$destdir$2 mode=${3:-644}
  if $is_dry_run; then
    echo "Would install $target"
    return
  fi
  make_directory "$(dirname "$target")"
  remember file "$target"
  install -m "$mode" "$file" "$target.new"
  mv -f "$target.new" "$target"
}

# put_link FILE LINK: both as they are to be found in the end.
put_link() {
  local file=$destdir$1 link=$destdir$2
  if $is_dry_run; then
    echo "Would link $link to $file"
    return
  fi
  make_directory "$(dirname "$link")"
  remember file "$link"
  ln --symbolic --relative --force --no-target-directory "$file" "$link"
}

first_line='# >>> docker-manifestx (install.sh --uninstall removes these lines) >>>'
last_line='# <<< docker-manifestx <<<'

# put_block FILE, with the lines on standard input: at the top, where nothing that was there has to change.
put_block() {
  local file=$1 kind=block text
  text=$first_line$'\n'$(cat)$'\n'$last_line
  if $is_dry_run; then
    printf 'Would put at the top of %s:\n%s\n' "$file" "$text"
    return
  fi
  make_directory "$(dirname "$file")"
  if [[ -e $file ]]; then remove_block "$file"; else kind=blockfile; fi
  remember "$kind" "$file"
  # Into the file itself: it may be a link to somewhere else.
  { echo "$text"; cat "$file" 2>/dev/null || true; } >"$work/block"
  cat "$work/block" >"$file"
}

remove_block() {
  [[ ! -f $1 ]] || sed --in-place --follow-symlinks "/^$first_line\$/,/^$last_line\$/d" "$1"
}

# remove_all: everything that is on the list, and the directories that were made for it, if nothing else is in them.
remove_all() {
  local kind path
  if [[ ! -e $list ]]; then
    echo "Nothing to remove: there is no $list"
    return
  fi
  # In the order of the alphabet backwards, a directory comes after what is in it.
  { cat "$list"; echo "file $list"; } | sort --reverse --key=2 | while IFS= read -r line; do
    kind=${line%% *} path=${line#* }
    if $is_dry_run; then
      echo "Would remove $kind $path"
    else
      remove "$kind" "$path"
    fi
  done
  $is_dry_run || echo "Removed everything that was on the list $list"
}

remove() {
  case $1 in
  file) rm -f "$2" ;;
  directory) [[ ! -d $2 ]] || rmdir --ignore-fail-on-non-empty "$2" ;;
  block) remove_block "$2" ;;
  blockfile)
    remove_block "$2"
    [[ -s $2 ]] || rm -f "$2"
    ;;
  esac
}
