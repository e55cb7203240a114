# shellcheck shell=bash
# Adds lines, between two markers, to the top of a file that belongs to the user, and removes them again. install.sh
# sources this file after files.sh. A file is replaced as a whole by a complete draft, or it is not changed.

: "${action?}" "${draft?}"

first_line='# >>> docker-manifestx (install.sh --uninstall removes these lines) >>>'
last_line='# <<< docker-manifestx <<<'

# block_state FILE: prints “none”, “whole”, or “broken” if a marker is missing or the markers are in the wrong order.
block_state() {
  [[ -f $1 ]] || { echo none && return; }
  awk -v first="$first_line" -v last="$last_line" '
    { sub(/\r$/, "") }
    $0 == first { bad += inside; inside = 1; count++ }
    $0 == last { bad += !inside; inside = 0; count++ }
    END { print !count ? "none" : bad || inside ? "broken" : "whole" }' "$1"
}

without_block() { sed -e "/^$first_line\r\?\$/,/^$last_line\r\?\$/d" -- "$1"; }

# link_target FILE: the file itself, or the file at the end of a chain of links.
link_target() { realpath --canonicalize-missing -- "$1"; }

# block_problem FILE: prints why the file cannot be changed, or nothing.
block_problem() {
  local file directory
  file=$(link_target "$1")
  directory=$(nearest_existing "$(dirname "$file")")
  if [[ -L $file ]]; then
    echo "$1 is a broken link"
  elif [[ ! -d $directory || ! -w $directory ]]; then
    echo "$1 cannot be changed, because $directory is not a writable directory"
  elif ! exists "$file"; then
    :
  elif [[ ! -f $file ]]; then
    echo "$1 cannot be changed, because it is not a regular file"
  elif [[ ! -r $file || ! -w $file ]]; then
    echo "$1 cannot be changed, because it is read-only"
  elif (($(stat --format %h -- "$file") > 1)); then
    echo "$1 cannot be changed, because it has hard links"
  elif [[ $(block_state "$file") == broken ]]; then
    echo "the lines “$first_line” and “$last_line” in $1 do not form a pair. Remove them, and the lines between them, by hand"
  fi
}

# install_block FILE: adds the lines from standard input at the top of the file, where other lines cannot affect them.
install_block() {
  local file=$1 kind=block text problem
  text=$first_line$'\n'$(cat)$'\n'$last_line
  case $action in
  check)
    problem=$(block_problem "$file")
    [[ -z $problem ]] || fail "$problem"
    ;;
  show) printf 'Would add to the top of %s:\n%s\n' "$file" "$text" ;;
  apply)
    make_directory "$(dirname "$(link_target "$file")")"
    [[ -e $file ]] || kind=blockfile
    # If the file is a link to a file that does not exist, the link is kept, and the file is created.
    [[ ! -L $file || $kind == block ]] || record blockfile - "$(link_target "$file")"
    [[ ! -L $file ]] || kind=block
    record "$kind" - "$file"
    change_block "$file" "$text"$'\n' || fail "$file was not changed; see the messages above"
    if $is_replaced; then log "Changed: $file"; else log "Not changed, because it has these lines: $file"; fi
    ;;
  esac
}

remove_block() {
  [[ $(block_state "$1") != none ]] || return 0
  local problem
  problem=$(block_problem "$1")
  if [[ -n $problem ]]; then
    log "Lines not removed: $problem"
    return 1
  fi
  change_block "$1" ''
}

# change_block FILE TEXT: replaces the block with TEXT. The file keeps its mode and owner, and links are kept.
change_block() {
  local file status=0
  file=$(link_target "$1") || return
  replace_with_draft "$file" "$2" || status=$?
  drop_draft
  return "$status"
}

# Sets is_replaced.
replace_with_draft() {
  is_replaced=false
  new_draft "$1" && write_draft "$1" "$2" || return
  # If nothing changes, the file is not replaced.
  if [[ ! -e $1 ]] || ! cmp --quiet -- "$draft" "$1"; then finish_draft "$1" && is_replaced=true; fi
}

write_draft() {
  if [[ -e $1 ]]; then
    cp --attributes-only --preserve=all -- "$1" "$draft" || return
    [[ $(stat --format '%u %g %a' -- "$1" "$draft" | sort --unique | wc -l) -eq 1 ]] || {
      log "$1 cannot be changed, because its owner cannot be preserved" && return 1
    }
  fi
  printf '%s' "$2" >"$draft" || return
  [[ ! -e $1 ]] || without_block "$1" >>"$draft" || return
  # Some file systems report a full disk only now.
  sync -- "$draft"
}
