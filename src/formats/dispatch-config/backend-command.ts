import { knownAgent } from '../../core/known-agents.ts';
import { baseName } from '../source.ts';

/** What a command line of another system comes to. */
export type BackendCommand = {
  /** The agent that it starts, if Branchline knows how to; else null. */
  readonly known: string | null;
  /** The command without what is left out. */
  readonly command: string;
  /** null: it names none. */
  readonly model: string | null;
  /** Flags by which the agent asks nobody any more. */
  readonly bypassing: readonly string[];
};

const BYPASSING = new Set([
  '--dangerously-skip-permissions',
  '--allow-dangerously-skip-permissions',
  '--dangerously-bypass-approvals-and-sandbox',
  '--full-auto',
  '--force',
  '--yolo',
  '--allow-all-tools',
  '--trust-all-tools',
  '--permission-mode=bypassPermissions',
  '--approval-mode=yolo',
  '--sandbox=danger-full-access',
]);
const BYPASSING_PAIRS = new Set([
  '--permission-mode bypassPermissions',
  '--approval-mode yolo',
  '--sandbox danger-full-access',
  '-s danger-full-access',
]);

/** Reads a command line as far as it can be read without a shell. */
export function readCommand(text: string): BackendCommand {
  const words = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+(?:"[^"]*"|'[^']*')?/g) ?? [];
  const program = baseName(programOf(words) ?? '');
  const bypassing: string[] = [];
  const kept: string[] = [];
  let model: string | null = null;
  for (let index = 0; index < words.length; index++) {
    const [word = '', next = ''] = [words[index], words[index + 1]];
    const isShortForce = word === '-f' && /^(?:cursor-)?agent$/.test(program);
    if (BYPASSING_PAIRS.has(`${word} ${next}`)) {
      bypassing.push(`${word} ${next}`);
      index++;
    } else if (BYPASSING.has(word) || isShortForce) bypassing.push(word);
    else if ((word === '--model' || word === '-m') && next !== '') {
      model = next.replace(/^(["'])(.*)\1$/, '$2');
      index++;
    } else if (word.startsWith('--model=')) model = word.slice('--model='.length);
    else kept.push(word);
  }
  return { known: knownAgent(program) === null ? null : program, command: kept.join(' '), model, bypassing };
}

/** The first word that is neither `env`, one of its options, nor a variable. */
function programOf(words: readonly string[]): string | undefined {
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-u') index++;
    else if (!/^(?:env|command|exec|nohup)$/.test(word) && !/^\w+=/.test(word)) break;
  }
  return words[index];
}
