import { isAbsolute, relative, resolve, sep } from 'node:path';
import { visible } from '../../process/visible.ts';
import { fieldOf, textOf } from '../json.ts';

/** What a tool does, as far as it matters to whoever watches and to whoever permits. */
export type CallKind = 'edit' | 'read' | 'search' | 'execute' | 'fetch' | 'agent' | 'plan' | 'ask' | 'own' | 'other';

/** One call of one of the client's tools. */
export type Call = {
  readonly tool: string;
  readonly kind: CallKind;
  /** Fit to be shown. */
  readonly title: string;
  /** The files that it names, as they are to be opened. */
  readonly paths: readonly string[];
  /** The same, fit to be shown: relative to the worktree where they are in it. */
  readonly shown: readonly string[];
  readonly input: unknown;
};

/** The call of a `tool_use` block or of a permission request, in a worktree. */
export const callOf = (cwd: string, tool: string, input: unknown): Call => {
  const named = ['file_path', 'notebook_path', 'path'].map((name) => textOf(fieldOf(input, name)));
  const paths = [...new Set(named.filter((path) => path !== ''))];
  const shown = paths.map((path) => shownPath(cwd, path));
  return { tool, kind: kindOf(tool), input, paths, shown, title: titleOf(tool, input, shown) };
};

const shownPath = (cwd: string, path: string): string => {
  const from = relative(cwd, resolve(cwd, path));
  const isInside = from !== '' && from !== '..' && !from.startsWith(`..${sep}`) && !isAbsolute(from);
  return visible(isInside ? from : path);
};

/** The tools that change a file; what else does is a shell. */
export const EDITING = ['Write', 'Edit', 'MultiEdit', 'NotebookEdit'];

const KINDS: Readonly<Record<string, CallKind>> = {
  ...Object.fromEntries(EDITING.map((tool) => [tool, 'edit' as const])),
  Read: 'read',
  NotebookRead: 'read',
  LS: 'read',
  ReadMcpResource: 'read',
  ListMcpResources: 'read',
  ListMcpResourcesTool: 'read',
  ReadMcpResourceTool: 'read',
  TaskOutput: 'read',
  BashOutput: 'read',
  Skill: 'read',
  Glob: 'search',
  Grep: 'search',
  ToolSearch: 'search',
  Bash: 'execute',
  PowerShell: 'execute',
  WebFetch: 'fetch',
  WebSearch: 'fetch',
  Task: 'agent',
  Agent: 'agent',
  TaskCreate: 'plan',
  TaskUpdate: 'plan',
  TaskGet: 'plan',
  TaskList: 'plan',
  TodoWrite: 'plan',
  AskUserQuestion: 'ask',
  ExitPlanMode: 'ask',
};

const kindOf = (tool: string): CallKind =>
  tool.startsWith('mcp__branchline__') ? 'own' : Object.hasOwn(KINDS, tool) ? (KINDS[tool] ?? 'other') : 'other';

const titleLength_max = 200;

const titleOf = (tool: string, input: unknown, shown: readonly string[]): string => {
  const words = [
    ...shown.slice(0, 1),
    ...['command', 'pattern', 'query', 'url', 'description', 'skill'].map((name) => textOf(fieldOf(input, name))),
  ];
  const about = words.find((word) => word !== '') ?? '';
  return visible(`${tool} ${about}`.replaceAll(/\s+/g, ' ').trim().slice(0, titleLength_max));
};
