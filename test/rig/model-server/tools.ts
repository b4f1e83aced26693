import { type Fields, fields, list } from './json.ts';
import type { Call, Tool } from './protocol.ts';
import type { Action } from './script.ts';

/** What is known of a client when a step is put into its words. */
export type Client = {
  readonly tools: readonly Tool[];
  /** Its working directory, or an empty text when its request does not tell. */
  readonly cwd: string;
  /** An earlier step made the plan already. */
  readonly hasPlanned: boolean;
};

/** A call before it has an id. */
export type Draft = Pick<Call, 'tool' | 'input'>;

/** The calls with which this client carries the action out; none when it declares no tool for it. */
export function callsOf(action: Action, client: Client): readonly Draft[] {
  switch (action.is) {
    case 'write':
      return writing(absolute(action.path, client), action.content, client);
    case 'edit':
      return editing({ ...action, path: absolute(action.path, client) }, client);
    case 'read':
      return reading(absolute(action.path, client), client);
    case 'shell':
      return shell(client, action.command);
    case 'plan':
      return planning(action.items, client);
    case 'ask':
      return asking(action.question, action.options, client);
    case 'mcp':
      return client.tools
        .filter(({ name }) => isBareName(name, action.tool))
        .slice(0, 1)
        .map((tool) => ({ tool, input: action.input }));
    case 'tool':
      return named(client, [action.name]).map((tool) => ({ tool, input: action.input }));
  }
}

/** The call that has a client which lists only some of its tools show this one. */
export function searchFor(action: Action, { tools }: Client): readonly Draft[] {
  const search = tools.find(({ kind }) => kind === 'search');
  if (action.is !== 'mcp' || search === undefined) return [];
  return [{ tool: search, input: { query: action.tool.replaceAll('_', ' '), limit: 8 } }];
}

type Edit = Extract<Action, { is: 'edit' }>;
type Items = Extract<Action, { is: 'plan' }>['items'];

const paths = ['file_path', 'filePath', 'absolute_path', 'path'];
const contents = ['content', 'file_text', 'contents'];

const writing = (file: string, content: string, client: Client): readonly Draft[] =>
  first([
    () =>
      byProperties(named(client, ['Write', 'write_file', 'write', 'create', 'create_file']), [
        [paths, file],
        [contents, content],
      ]),
    () => patch(client, [`*** Add File: ${file}`, ...marked(content.replace(/\n$/, ''), '+')]),
    () => oneTool(client, { command: 'create', path: file, file_text: content }),
    () => shell(client, `mkdir -p "$(dirname ${quoted(file)})" && printf %s ${quoted(content)} > ${quoted(file)}`),
  ]);

const editing = ({ path, from, to }: Edit, client: Client): readonly Draft[] =>
  first([
    () =>
      byProperties(named(client, ['Edit', 'replace', 'edit', 'edit_file']), [
        [paths, path],
        [['old_string', 'oldString', 'old_str'], from],
        [['new_string', 'newString', 'new_str'], to],
      ]),
    () => patch(client, [`*** Update File: ${path}`, '@@', ...marked(from, '-'), ...marked(to, '+')]),
    () => oneTool(client, { command: 'str_replace', path, old_str: from, new_str: to }),
  ]);

const reading = (file: string, client: Client): readonly Draft[] =>
  first([
    () => byProperties(named(client, ['Read', 'read_file', 'read', 'view']), [[paths, file]]),
    () => shell(client, `cat ${quoted(file)}`),
  ]);

const marked = (text: string, mark: string): readonly string[] => text.split('\n').map((line) => mark + line);

/** Clients put the name of the server in front of the bare name, and some mark of theirs between. */
const isBareName = (name: string, bare: string): boolean =>
  name === bare || (name.endsWith(bare) && '_-.'.includes(name.charAt(name.length - bare.length - 1)));

const first = (tries: readonly (() => readonly Draft[])[]): readonly Draft[] => {
  for (const attempt of tries) {
    const drafts = attempt();
    if (drafts.length > 0) return drafts;
  }
  return [];
};

/** The first tool that has one of the names, in their order. */
function named({ tools }: Client, names: readonly string[]): readonly Tool[] {
  const found = names.flatMap((name) => tools.find((tool) => tool.name === name) ?? []);
  return found.slice(0, 1);
}

/** A call that puts each value under whichever of its names the tool's schema has; none when it lacks one of them. */
function byProperties(
  found: readonly Tool[],
  values: readonly (readonly [names: readonly string[], value: unknown])[],
): readonly Draft[] {
  return found.flatMap((tool) => {
    const entries = values.map(([names, value]) => [names.find((name) => name in tool.properties), value] as const);
    if (entries.some(([name]) => name === undefined)) return [];
    return [{ tool, input: filled(tool, Object.fromEntries(entries)) }];
  });
}

/** What else the tool requires, with something harmless. */
function filled({ properties, required }: Tool, input: Fields): Fields {
  const missing = required.filter((name) => !(name in input));
  return { ...Object.fromEntries(missing.map((name) => [name, harmless(fields(properties[name]))])), ...input };
}

function harmless({ type, enum: values }: Fields): unknown {
  const [choice] = list(values);
  if (choice !== undefined) return choice;
  const usual: Fields = { boolean: false, number: 1, integer: 1, array: [], object: {} };
  return usual[String(Array.isArray(type) ? type[0] : type)] ?? 'x';
}

function patch(client: Client, lines: readonly string[]): readonly Draft[] {
  const text = ['*** Begin Patch', ...lines, '*** End Patch'].join('\n');
  return named(client, ['apply_patch']).flatMap((tool) =>
    tool.kind === 'custom' ? [{ tool, input: text }] : byProperties([tool], [[['input', 'patchText', 'patch'], text]]),
  );
}

/** The one tool of some clients that creates, edits and shows, by a command. */
const oneTool = (client: Client, input: Fields): readonly Draft[] =>
  named(client, ['str_replace_based_edit_tool', 'str_replace_editor']).map((tool) => ({ tool, input }));

function shell(client: Client, command: string): readonly Draft[] {
  const names = ['Bash', 'bash', 'run_shell_command', 'exec_command', 'shell_command', 'shell', 'local_shell'];
  return named(client, names).flatMap((tool) => {
    const key = 'cmd' in tool.properties ? 'cmd' : 'command';
    const isArgv = fields(tool.properties[key])['type'] === 'array';
    const value = isArgv ? ['bash', '-lc', command] : command;
    return [{ tool, input: filled(tool, { [key]: value, ...told(tool, 'run a command') }) }];
  });
}

const told = ({ properties }: Tool, description: string): Fields =>
  'description' in properties ? { description } : {};

function planning(items: Items, client: Client): readonly Draft[] {
  const [list] = named(client, ['update_plan', 'write_todos', 'TodoWrite', 'todowrite', 'todo_write', 'update_todo']);
  if (list !== undefined) return [{ tool: list, input: planInput(list, items) }];
  // A client with one call for each item numbers them from 1.
  const [tool] = named(client, [client.hasPlanned ? 'TaskUpdate' : 'TaskCreate']);
  if (tool === undefined) return [];
  return items.map(({ text, status }, index) => ({
    tool,
    input: client.hasPlanned
      ? { taskId: String(index + 1), status }
      : { subject: text, description: text, activeForm: text },
  }));
}

function planInput({ name }: Tool, items: Items): Fields {
  if (name === 'update_plan') return { plan: items.map(({ text, status }) => ({ step: text, status })) };
  if (name === 'write_todos') return { todos: items.map(({ text, status }) => ({ description: text, status })) };
  if (name === 'update_todo')
    return { todos: items.map(({ text, status }) => `- [${status === 'completed' ? 'x' : ' '}] ${text}`).join('\n') };
  const todo = { priority: 'medium' };
  return {
    todos: items.map(({ text, status }, index) => ({
      ...todo,
      id: String(index + 1),
      content: text,
      status,
      activeForm: text,
    })),
  };
}

function asking(question: string, words: readonly string[], client: Client): readonly Draft[] {
  const choices = words.length === 0 ? ['yes', 'no'] : words;
  const options = choices.map((label) => ({ label, description: label }));
  const one = { id: 'q1', question, header: 'Question', type: 'choice', options, multiSelect: false, multiple: false };
  const names = ['AskUserQuestion', 'ask_user_question', 'ask_user', 'question', 'request_user_input'];
  return named(client, names).map((tool) => ({
    tool,
    input: filled(tool, 'questions' in tool.properties ? { questions: [one] } : { question, choices }),
  }));
}

const absolute = (path: string, { cwd }: Client): string =>
  path.startsWith('/') || cwd === '' ? path : `${cwd}/${path}`;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
