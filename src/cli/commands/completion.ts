import { script } from '@bomb.sh/tab';
import { word } from '../input.ts';
import type { Act } from '../world-port.ts';

export const act: Act = (world, input) => {
  const shell = word(input, 'shell');
  if (shell === 'bash') world.io.out(WITHOUT_PACKAGE);
  script(shell, 'branchline', 'branchline');
  return Promise.resolve(0);
};

/** The script asks for a function of the bash-completion package, which macOS and bare containers do not have. */
const WITHOUT_PACKAGE = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  }
fi
`;
