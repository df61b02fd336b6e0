#include "completion_scripts.hpp"

namespace audienced::ctl {
namespace {

constexpr const char* bash =
    R"(# bash completion of audiencectl: put into a folder of bash-completion, such as
# /usr/share/bash-completion/completions, or read it: source <(audiencectl completion bash)
_audiencectl() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files) compopt -o default ;;
            :folders) compopt -o dirnames ;;
            ?*) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _audiencectl audiencectl
)";

constexpr const char* zsh = R"(#compdef audiencectl
# zsh completion of audiencectl: put as _audiencectl into a folder of $fpath, or read it: source <(@ completion zsh)
_audiencectl() {
    local line
    local -a candidates
    for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
            :files) _files; return ;;
            :folders) _files -/; return ;;
            ?*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    (( $#candidates )) && _describe 'audiencectl' candidates
}
if [[ $funcstack[1] == _audiencectl ]]; then
    _audiencectl "$@"
else
    compdef _audiencectl audiencectl
fi
)";

constexpr const char* fish =
    R"(# fish completion of audiencectl: put into a folder of $fish_complete_path, or read it: audiencectl completion fish | source
function __audiencectl_candidates
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case :folders
                __fish_complete_directories (commandline -ct) ''
            case '*'
                echo $line
        end
    end
end
complete -c audiencectl -f -a '(__audiencectl_candidates)'
)";

}  // namespace

const std::vector<std::string>& shells() {
    static const std::vector<std::string> all{"bash", "zsh", "fish"};
    return all;
}

std::string completion_script(const std::string& shell) {
    return shell == "bash" ? bash : shell == "zsh" ? zsh : shell == "fish" ? fish : "";
}

}  // namespace audienced::ctl
