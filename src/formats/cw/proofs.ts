import type { Sourced, TaskValues } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { FileNode } from '../node.ts';

const TYPES = ['test', 'cli', 'url', 'file', 'browser', 'screenshot', 'visual'] as const;
/** Types whose command has an exit code that tells. */
const RUN = ['test', 'cli'];

type Proof = { readonly check: string | null; readonly done: string | null };

/** What success is, and the commands that show it. */
export function proofsOf(metadata: FileNode, name: string, found: Findings): TaskValues {
  const [requirements, artifacts] = [metadata.get('requirements'), metadata.get('proof_artifacts')];
  const verification = metadata.get('verification');
  found.map(verification);
  const required = requirementsOf(requirements, name, found);
  const proofs = (found.list(artifacts) ?? []).flatMap((node) => proofOf(node, name, found) ?? []);
  if (required.length === 0) found.lacks(requirements.at, name, 'requirements');
  if (proofs.length === 0) found.lacks(artifacts.at, name, 'proof_artifacts');
  const done = [...required.map(({ text }) => text), ...proofs.flatMap((proof) => proof.done ?? [])];
  const commands = [verification.get('pre'), verification.get('post')].flatMap((node) => found.texts(node) ?? []);
  const checks = [...new Set([...commands, ...proofs.flatMap(({ check }) => check ?? [])])];
  const ids = required.flatMap(({ id }) => id ?? []);
  return {
    ...given('done', done, requirements.isThere ? requirements : artifacts),
    ...given('checks', checks, commands.length > 0 ? verification : artifacts),
    ...given('labels', ids, requirements),
  };
}

function given(field: 'done' | 'checks' | 'labels', value: readonly string[], node: FileNode): TaskValues {
  const sourced: Sourced<string[]> = { value: [...value], from: node.at };
  return value.length === 0 ? {} : { [field]: sourced };
}

type Requirement = { readonly id: string | null; readonly text: string };

/** Some tasks that mend what a review found have plain texts in place of requirements. */
function requirementsOf(node: FileNode, name: string, found: Findings): readonly Requirement[] {
  const nodes = Array.isArray(node.value) ? node.items : node.isThere ? [node] : [];
  return nodes.flatMap((each) => {
    if (!each.isMap) {
      const text = found.text(each);
      return text === null ? [] : [{ id: null, text }];
    }
    const [id, text] = [found.text(each.get('id')), found.text(each.get('text'))];
    if (id === null) found.lacks(each.at, name, 'id of a requirement');
    if (text === null) found.lacks(each.at, name, `text of ${id ?? 'a requirement'}`);
    if (found.flag(each.get('testable')) === false) {
      found.leaves(
        each.get('testable').at,
        `that ${id ?? 'a requirement'} is not testable`,
        'A person has to look at it',
      );
    }
    return [{ id, text: [id, text].filter((part) => part !== null).join(': ') }];
  });
}

function proofOf(node: FileNode, name: string, found: Findings): Proof | null {
  if (found.map(node) === null) return null;
  if (!node.get('type').isThere) found.lacks(node.at, name, 'type of a proof');
  const type = found.word(node.get('type'), { of: 'type of a proof', known: TYPES });
  const command = found.text(node.get('command'));
  const expected = found.text(node.get('expected'));
  const check = type !== null && RUN.includes(type) ? command : null;
  if (type !== null && RUN.includes(type) && command === null) found.lacks(node.at, name, 'command of a proof');
  const shown = command === null ? subjectOf(node, found) : `"${command}"`;
  const contains = found.text(node.get('contains'));
  const wanted = expected !== null ? ` gives: ${expected}` : contains !== null ? ` contains: ${contains}` : '';
  return { check, done: shown === null ? expected : wanted === '' && check !== null ? null : `${shown}${wanted}` };
}

/** What is looked at where no command is run. */
function subjectOf(node: FileNode, found: Findings): string | null {
  const [url, path, prompt] = ['url', 'path', 'prompt'].map((key) => found.text(node.get(key)));
  const method = found.text(node.get('method'));
  if (url != null) return method === null ? url : `${method} ${url}`;
  return path ?? prompt ?? null;
}
