# fish completion for docker-manifestx and its shell helpers
#
# docker's own script (docker completion fish) completes "docker manifestx". This script asks the program for the possible
# values (docker-manifestx __complete WORDS...).

function __docker_manifestx_ask
    if command -q docker-manifestx
        docker-manifestx __complete $argv 2>/dev/null
    else
        docker __complete manifestx $argv 2>/dev/null
    end
end

function __docker_manifestx_complete
    set -l words (commandline -opc)
    set -l partial (commandline -ct)
    set partial (string unescape -- "$partial")
    # For a shell helper, the first argument is the name of the helper.
    set words[1] (string replace -r '.*/' '' -- $words[1])
    if test $words[1] = docker-manifestx
        set -e words[1]
    end
    set -l lines (__docker_manifestx_ask $words "$partial")
    set -q lines[1]; or return
    set -l directive (string sub -s 2 -- $lines[-1])
    set -e lines[-1]

    # --option=VALUE: the program completes the value only.
    set -l before (string match -r -- '^-.*?=' $partial)
    set -l value (string replace -r -- '^-.*?=' '' $partial)
    for line in $lines
        echo "$before$line"
    end

    # Directives of cobra: 4 no files, 16 directories only.
    set -l paths
    if not set -q lines[1]
        if test (math bitand $directive, 16) -ne 0
            set paths (__fish_complete_directories $value)
        else if test (math bitand $directive, 4) -eq 0
            set paths (__fish_complete_path $value)
        end
    end
    for path in $paths
        echo "$before$path"
    end
end

for name in docker-manifestx image_push.sh \
    mx_publish mx_digest mx_platforms mx_has_platform mx_pin mx_wait mx_matrix
    complete -c $name -k -f -a '(__docker_manifestx_complete)'
end
