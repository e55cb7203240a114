# bash completion for docker-manifestx and its shell helpers      -*- shell-script -*-
#
# docker's own script (docker completion bash) completes "docker manifestx". This script asks the program for the possible
# values (docker-manifestx __complete WORDS...). It also corrects how bash splits the command line into words.
# shellcheck shell=bash

_docker_manifestx_ask() {
  if command -v docker-manifestx >/dev/null; then
    docker-manifestx __complete "$@"
  else
    docker __complete manifestx "$@"
  fi 2>/dev/null
}

# Sets three variables from a word of the command line:
#   plain  the word without quotes and backslashes, up to a redirection (plain>file)
#   kept   the beginning of plain that TAB cannot change: up to an open quote, or else up to the last separator of bash
#   file   empty if the word contains no redirection; yes if it contains its file name; next if the file name is the next
#          word
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
    # Digits before the redirection are the number of a stream.
    if [[ $plain != *[!0-9]* ]]; then plain=''; fi
  fi
}

_docker_manifestx() {
  local line=${COMP_LINE:0:COMP_POINT} blanks word words=() last=-1 i plain kept file isfile=''
  # bash splits NAME:TAG and A=B into three words each. Join words that have no blank between them.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blanks=${line%%[![:space:]]*}
    line=${line#"$blanks"}
    word=${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then word=$line; fi
    line=${line#"$word"}
    if ((last < 0)) || [[ -n $blanks ]]; then words[++last]=$word; else words[last]+=$word; fi
  done

  # The shell completes the file names of redirections. They are not arguments of the program.
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

  # For a shell helper, the first argument is the name of the helper.
  local name=${words[0]##*/} answer directive
  if [[ $name == docker-manifestx ]]; then words=("${words[@]:1}"); else words[0]=$name; fi
  answer=$'\n'$(_docker_manifestx_ask "${words[@]}")
  directive=${answer##*$'\n':}
  answer=${answer%$'\n':*}

  # --option=VALUE: the program completes the value only.
  local option=''
  if [[ $plain == -*=* ]]; then option=${plain%%=*}=; fi
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    line=$option${line%%$'\t'*}
    if [[ $line == "$plain"* ]]; then COMPREPLY+=("${line#"$kept"}"); fi
  done <<<"$answer"

  # Directives of cobra: 2 no space, 4 no files, 16 directories only, 32 keep the order.
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
# The optional function of helpers/manifestx.sh.
if [[ ${MANIFESTX_ALIAS-} == 1 ]]; then complete -F _docker_manifestx manifest; fi
