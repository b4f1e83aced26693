import { ACP_PROFILES, knownAgent } from '../../core/known-agents.ts';
import type { PlanInput } from '../../plans/fields.ts';
import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { Draft, Left, Missing, Sourced } from '../draft.ts';
import { type FileNode, readYamlFile } from '../node.ts';
import {
  drafted,
  faultAt,
  type ReadDraft,
  type Reader,
  refused,
  type SourceFile,
  unknownWord,
  warningAt,
} from '../source.ts';
import { slug } from '../task-names.ts';
import { readCommand } from './backend-command.ts';

type Agents = NonNullable<PlanInput['agents']>;
type AliasInput = { readonly agent?: string; readonly model?: string; readonly prompt?: string };

/** Which programs and models work, and under which names. It becomes settings, as there is no task in it. */
export const dispatchConfig: Reader = {
  name: 'dispatch-config',
  about: "dispatch's config.yaml: default, backends, models, aliases; also the older agents",
  detect: ({ files: [file], isFolder }) => (!isFolder && file !== undefined ? isConfig(file) : 0),
  read: ({ files: [file], path }) => readConfig(file ?? { path, text: '' }),
};

function isConfig({ path, text }: SourceFile): 0 | 1 | 2 {
  if (!/\.ya?ml$/i.test(path) || /^(?:tasks|plan|version):/m.test(text)) return 0;
  if (/^backends:/m.test(text) && /^(?:default|models|aliases):/m.test(text)) return 2;
  const isOld = /^agents:[^\S\n]*(?:#.*)?\n(?:[^\S\n]*(?:#.*)?\n)*[^\S\n]+[^\n]+:[^\S\n]*\n[^\S\n]+command:/m.test(
    text,
  );
  if (!isOld && !/^backends:/m.test(text)) return 0;
  return /(?:^|\/)\.dispatch\/config\.ya?ml$/.test(path) ? 2 : 1;
}

const KEYS = ['default', 'backends', 'models', 'aliases', 'agents'];

/** Reads a configuration into `agents`. */
export function readConfig(file: SourceFile): ReadDraft {
  const { root, faults } = readYamlFile(file);
  if (root === null) return refused(...faults);
  if (!root.isMap) return refused(...faults, notAMap(root));
  const reading = new ConfigReading(root);
  const draft = reading.draft();
  const found = [...faults, ...reading.diagnostics];
  return Object.keys(draft.values).length === 0 ? refused(...found, nothingSaid(root)) : drafted(draft, found);
}

const nothingSaid = ({ at }: FileNode): PlacedDiagnostic =>
  faultAt(at, 'nothing-said', {
    what: 'It says nothing of who works',
    why: 'It has neither a default nor a backend that Branchline does not know already',
    next: 'Write for example: backends: { claude: { command: claude } }',
  });

const notAMap = (root: FileNode): PlacedDiagnostic =>
  unknownWord(root.at, { word: String(root.text ?? 'a list'), of: 'configuration', known: KEYS });

const oldForm = ({ at }: FileNode): PlacedDiagnostic =>
  warningAt(at, 'old-form', {
    what: '"agents" is the old form of this configuration',
    why: 'It has backends, models and aliases in their place since',
    next: 'It is read all the same: each is an agent, or another name of one',
  });

class ConfigReading {
  readonly diagnostics: PlacedDiagnostic[] = [];
  readonly #root: FileNode;
  readonly #left: Left[] = [];
  readonly #missing: Missing[] = [];
  readonly #use = new Map<string, NonNullable<Agents['use']>[string]>();
  readonly #aliases = new Map<string, AliasInput>();
  /** Names of the file and what they lead to in a plan. */
  readonly #names = new Map<string, string>();
  readonly #backends = new Map<string, { readonly agent: string; readonly model: string | null }>();

  constructor(root: FileNode) {
    this.#root = root;
    for (const backend of root.get('backends').entries) this.#backend(backend);
    for (const model of root.get('models').entries) this.#model(model);
    if (root.get('agents').isThere) this.diagnostics.push(oldForm(root.get('agents')));
    for (const agent of root.get('agents').entries) this.#oldAgent(agent);
    for (const alias of root.get('aliases').entries) this.#alias(alias);
    for (const { name, at } of root.entries) {
      if (!KEYS.includes(name)) this.#left.push({ at, what: `"${name}"`, why: 'This format has no such key' });
    }
  }

  draft(): Draft {
    const named = this.#default();
    const agents: Agents = {
      ...(named === null ? {} : { default: named }),
      ...(this.#aliases.size === 0 ? {} : { aliases: Object.fromEntries(this.#aliases) }),
      ...(this.#use.size === 0 ? {} : { use: Object.fromEntries(this.#use) }),
    };
    const sourced: Sourced<Agents> = { value: agents, from: this.#root.at };
    const values = Object.keys(agents).length === 0 ? {} : { agents: sourced };
    return { name: null, values, tasks: [], missing: this.#missing, left: this.#left };
  }

  #default(): string | null {
    const node = this.#root.get('default');
    if (node.text === null) {
      this.#missing.push({ at: node.at, task: null, field: 'default' });
      return null;
    }
    const found = this.#names.get(node.text);
    if (found !== undefined) return found;
    const known = [...this.#names.keys()];
    this.diagnostics.push(unknownWord(node.at, { word: node.text, of: 'model, alias or backend of this file', known }));
    return null;
  }

  #backend(node: FileNode): void {
    const command = node.isMap ? node.get('command').text : node.text;
    if (command === null) {
      this.#missing.push({ at: node.at, task: null, field: `backends.${node.name}.command` });
      this.#backends.set(node.name, { agent: node.name, model: null });
      return;
    }
    const model = this.#agent(node, command);
    this.#backends.set(node.name, { agent: node.name, model });
    this.#names.set(node.name, node.name);
  }

  /** Describes an agent, and returns the model that its command names. */
  #agent(node: FileNode, text: string): string | null {
    const read = readCommand(text);
    const { at } = node.isMap ? node.get('command') : node;
    for (const flag of read.bypassing) {
      const why = 'With it the agent asks nobody any more; to have that all the same: permissions: bypass';
      this.#left.push({ at, what: `${flag} of "${node.name}"`, why });
    }
    if (read.known !== null) {
      const why = `Branchline starts ${read.known} itself`;
      this.#left.push({ at, what: `the command of "${node.name}": ${read.command}`, why });
      const driver = read.known === 'claude' || read.known === 'codex' ? read.known : 'acp';
      if (node.name !== read.known) {
        const profile = ACP_PROFILES.find((each) => each === read.known);
        this.#use.set(node.name, { driver, ...(driver === 'acp' ? { profile } : {}) });
      }
      return read.model;
    }
    // The model is named only if there is one: a flag without a value would take the next word for it.
    const command = `${read.command} \${BRANCHLINE_MODEL:+--model "$BRANCHLINE_MODEL"}`;
    this.#use.set(node.name, { driver: 'command', command, 'brief-on-stdin': true });
    return read.model;
  }

  #model(node: FileNode): void {
    const backend = node.isMap ? node.get('backend') : node;
    const known = [...this.#backends.keys()];
    if (backend.text === null) {
      this.#missing.push({ at: node.at, task: null, field: `models.${node.name}.backend` });
      this.#put(node, node.name, { model: node.name });
    } else if (!this.#backends.has(backend.text)) {
      this.diagnostics.push(unknownWord(backend.at, { word: backend.text, of: 'backend of this file', known }));
    } else this.#put(node, node.name, { agent: backend.text, model: node.name });
  }

  /** An alias may not be called like an agent: it is named after its backend as well. */
  #put(node: FileNode, name: string, alias: AliasInput): void {
    if (alias.agent === name && alias.prompt === undefined) {
      this.#names.set(name, name);
      return;
    }
    const isTaken = knownAgent(name) !== null || this.#use.has(name) || this.#backends.has(name);
    const wanted =
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !isTaken ? name : slug(`${alias.agent ?? 'model'}-${name}`);
    let fit = wanted;
    for (let count = 2; this.#aliases.has(fit); count++) fit = `${wanted}-${count}`;
    if (fit !== name) {
      const why = isTaken ? 'That is the name of an agent' : 'A name holds letters, digits, ".", "_" and "-"';
      this.#left.push({ at: node.at, what: `the name "${name}": it is called ${fit}`, why });
    }
    this.#aliases.set(fit, alias);
    this.#names.set(name, fit);
  }

  #alias(node: FileNode): void {
    const [model, prompt] = node.isMap ? [node.get('model').text, node.get('prompt').text] : [node.text, null];
    if (model === null) this.#missing.push({ at: node.at, task: null, field: `aliases.${node.name}.model` });
    const said = prompt === null ? {} : { prompt };
    const of = model === null ? undefined : this.#aliases.get(this.#names.get(model) ?? '');
    const backend = model === null ? undefined : this.#backends.get(model);
    const who = of ?? (backend === undefined ? (model === null ? {} : { model }) : { agent: backend.agent });
    this.#put(node, node.name, { ...who, ...said });
  }

  /** Each is a command with a name, as this system wrote it before it had backends. */
  #oldAgent(node: FileNode): void {
    const [command, prompt] = node.isMap ? [node.get('command').text, node.get('prompt').text] : [node.text, null];
    if (command === null) {
      this.#missing.push({ at: node.at, task: null, field: `agents.${node.name}.command` });
      return;
    }
    const read = readCommand(command);
    const said = prompt === null ? {} : { prompt };
    const model = this.#agent(node, command);
    const named = model === null ? said : { model, ...said };
    if (read.known !== null) this.#oldKnown(node, read.known, named);
    else {
      this.#use.set(node.name, { ...this.#use.get(node.name), ...named });
      this.#names.set(node.name, node.name);
    }
  }

  #oldKnown(node: FileNode, agent: string, named: { readonly model?: string; readonly prompt?: string }): void {
    this.#use.delete(node.name);
    if (node.name === agent) {
      if (Object.keys(named).length > 0) this.#use.set(agent, named);
      this.#names.set(agent, agent);
    } else this.#put(node, node.name, { agent, ...named });
  }
}
