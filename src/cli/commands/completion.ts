import { script } from '@bomb.sh/tab';
import { word } from '../input.ts';
import type { Act } from '../world-port.ts';

export const act: Act = (world, input) => {
  const shell = word(input, 'shell');
  if (shell === 'bash') world.io.out(BASH);
  else script(shell, 'branchline', 'branchline');
  return Promise.resolve(0);
};

/**
 * Our own, because the library's evaluates the words typed so far: a press of the tab key would run what stands in
 * `$(…)`. Here they are handed over as they are, and nothing of the bash-completion package is needed.
 */
const BASH = `# bash completion for branchline: source it, or put it where your bash looks for completions
_branchline() {
  local cur=\${COMP_WORDS[COMP_CWORD]} line directive=0
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directive=\${line#:} ;;
      *)
        line=\${line%%$'\\t'*}
        if [[ $line == "$cur"* ]]; then COMPREPLY+=("$line"); fi
        ;;
    esac
  done < <(branchline complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # 4: file names are no answer here.
  if (( directive & 4 )); then compopt +o default 2>/dev/null; fi
}
complete -o default -F _branchline branchline
`;
