# bash completion for docker-manifestx and its shell helpers      -*- shell-script -*-
#
# docker's own script (docker completion bash) completes "docker manifestx". What a word may become is known to the
# program alone: this asks it (docker-manifestx __complete WORDS...), and puts right how bash takes words apart.
# shellcheck shell=bash

_docker_manifestx_ask() {
  if command -v docker-manifestx >/dev/null; then
    docker-manifestx __complete "$@"
  else
    docker __complete manifestx "$@"
  fi 2>/dev/null
}

# What the shell will make of a word: plain, without its quotes and backslashes. What TAB may change of it is only what
# stands behind an open quote, or else behind the last of bash's own separators: kept is the part before. Where it has
# a redirection in it (what>file), plain is what stands before that; file is yes, or next if it is the next word.
_docker_manifestx_unquote() {
  local text=$1 quote='' before='' words='' mark i
  plain='' kept='' file=''
  for ((i = 0; i < ${#text}; i++)); do
    mark=${text:i:1}
    case $quote$mark in
      \' | \") quote=$mark before=$kept kept=$plain ;;
      \'\' | '""') quote='' kept=$before ;;
      \\ | \"\\) plain+=${text:$((++i)):1} ;;
      \< | \>)
        if [[ -z $file ]]; then words=$plain; fi
        file=yes plain=''
        ;;
      *)
        plain+=$mark
        if [[ -z $quote && $COMP_WORDBREAKS == *"$mark"* ]]; then kept=$plain; fi
        ;;
    esac
  done
  if [[ -n $file ]]; then
    if [[ -z $plain ]]; then file=next; fi
    plain=$words
    # The number of a stream.
    if [[ $plain != *[!0-9]* ]]; then plain=''; fi
  fi
}

_docker_manifestx() {
  local line=${COMP_LINE:0:COMP_POINT} blanks word words=() last=-1 i plain kept file isfile=''
  # For bash, NAME:TAG and A=B are three words each. Where no blank is between them, they are one again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blanks=${line%%[![:space:]]*}
    line=${line#"$blanks"}
    word=${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then word=$line; fi
    line=${line#"$word"}
    if ((last < 0)) || [[ -n $blanks ]]; then words[++last]=$word; else words[last]+=$word; fi
  done

  # Redirections are the shell's own.
  for i in "${!words[@]}"; do
    _docker_manifestx_unquote "${words[i]}"
    if ((i == last)) && [[ -n $isfile$file ]]; then
      COMPREPLY=()
      compopt -o default
      return
    fi
    if [[ -n $isfile || -n $file && -z $plain ]]; then unset "words[i]"; else words[i]=$plain; fi
    isfile=''
    if [[ $file == next ]]; then isfile=yes; fi
  done
  words=("${words[@]}")

  # A shell helper's name is its first word for the program.
  local name=${words[0]##*/} answer directive
  if [[ $name == docker-manifestx ]]; then words=("${words[@]:1}"); else words[0]=$name; fi
  answer=$'\n'$(_docker_manifestx_ask "${words[@]}")
  directive=${answer##*$'\n':}
  answer=${answer%$'\n':*}

  # --option=VALUE: the answer is the value.
  local option=''
  if [[ $plain == -*=* ]]; then option=${plain%%=*}=; fi
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    line=$option${line%%$'\t'*}
    if [[ $line == "$plain"* ]]; then COMPREPLY+=("${line#"$kept"}"); fi
  done <<<"$answer"

  # cobra's directives: 2 no space, 4 no files, 16 only directories, 32 keep the order.
  if ((directive & 2)); then compopt -o nospace; fi
  if ((directive & 32)); then compopt -o nosort 2>/dev/null; fi
  if ((directive & 16)); then
    compopt -o dirnames
  elif ((!(directive & 4))); then
    compopt -o default
  fi
}

complete -F _docker_manifestx docker-manifestx image_push.sh \
  mx_publish mx_digest mx_platforms mx_has_platform mx_pin mx_wait mx_matrix
# The name that helpers/manifestx.sh makes where it is asked to.
if [[ ${MANIFESTX_ALIAS-} == 1 ]]; then complete -F _docker_manifestx manifest; fi
