# shellcheck shell=bash
# Puts lines at the top of files that are the user's own, between markers, and takes them away again. Sourced by
# install.sh after files.sh. A file is replaced as a whole by a draft that is complete, or it stays as it was.

: "${action?}" "${draft?}"

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

without_block() { sed "/^$first_line\r\?\$/,/^$last_line\r\?\$/d" -- "$1"; }

# target FILE: itself, or where the links end that begin there.
target() { realpath --canonicalize-missing -- "$1"; }

# block_problem FILE: why its lines can't be changed, or nothing.
block_problem() {
  local file directory
  file=$(target "$1")
  directory=$(existing "$(dirname "$file")")
  if [[ -L $file ]]; then
    echo "$1 is a link that leads nowhere"
  elif [[ ! -d $directory || ! -w $directory ]]; then
    echo "$1 can't be changed: $directory is no directory that can be written"
  elif ! is_there "$file"; then
    :
  elif [[ ! -f $file ]]; then
    echo "$1 can't be changed: it is no file"
  elif [[ ! -r $file || ! -w $file ]]; then
    echo "$1 can't be changed: it is read-only"
  elif (($(stat --format %h -- "$file") > 1)); then
    echo "$1 can't be changed: it is one file with others (hard links), and would be so no longer"
  elif [[ $(block "$file") == broken ]]; then
    echo "In $1, one of the lines “$first_line” and “$last_line” is missing: remove by hand what belongs between them"
  fi
}

# put_block FILE, with the lines on standard input: at the top, where nothing that was there has to change.
put_block() {
  local file=$1 kind=block text problem
  text=$first_line$'\n'$(cat)$'\n'$last_line
  case $action in
  check)
    problem=$(block_problem "$file")
    [[ -z $problem ]] || stop "$problem"
    ;;
  say) printf 'Would put at the top of %s:\n%s\n' "$file" "$text" ;;
  put)
    make_directory "$(dirname "$(target "$file")")"
    [[ -e $file ]] || kind=blockfile
    # A link to nothing stays; what it will lead to is made here.
    [[ ! -L $file || $kind == block ]] || remember blockfile - "$(target "$file")"
    [[ ! -L $file ]] || kind=block
    remember "$kind" - "$file"
    change_block "$file" "$text"$'\n' || stop "$file is as it was: see above"
    ;;
  esac
}

remove_block() {
  [[ $(block "$1") != none ]] || return 0
  local problem
  problem=$(block_problem "$1")
  if [[ -n $problem ]]; then
    say "$problem"
    return 1
  fi
  change_block "$1" ''
}

# change_block FILE TEXT: TEXT takes the place of our lines. The file keeps its mode and owner, and links stay links.
change_block() {
  local file status=0
  file=$(target "$1") || return
  replace_by_draft "$file" "$2" || status=$?
  drop_draft
  return "$status"
}

replace_by_draft() {
  new_draft "$1" && write_draft "$1" "$2" || return
  # What is so already is not written.
  if [[ ! -e $1 ]] || ! cmp --quiet -- "$draft" "$1"; then finish_draft "$1"; fi
}

write_draft() {
  if [[ -e $1 ]]; then
    cp --attributes-only --preserve=all -- "$1" "$draft" || return
    [[ $(stat --format '%u %g %a' -- "$1" "$draft" | sort --unique | wc -l) -eq 1 ]] || {
      say "$1 can't be changed: its owner can't be kept" && return 1
    }
  fi
  printf '%s' "$2" >"$draft" || return
  [[ ! -e $1 ]] || without_block "$1" >>"$draft" || return
  # Some disks say only now that they are full.
  sync -- "$draft"
}
