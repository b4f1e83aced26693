import type { AgentEvent } from '../core/ports/agent.ts';
import { visible } from '../process/visible.ts';
import { fieldOf } from './acp-stream.ts';

/**
 * What one `session/update` means, or null for what says nothing about the work (usage, modes, command lists): such
 * messages must not make a stuck agent look busy.
 */
export const eventOf = (update: unknown): AgentEvent | null => {
  const kind = fieldOf(update, 'sessionUpdate');
  if (kind === 'agent_message_chunk') return textEvent(update);
  // A model that thinks is at work, but its thoughts are not for the log.
  if (kind === 'agent_thought_chunk') return { type: 'output', bytes: JSON.stringify(update).length };
  if (kind === 'tool_call' || kind === 'tool_call_update') return toolEvent(update);
  if (kind === 'plan') return planEvent(update);
  if (typeof kind === 'string' && withoutMeaning.has(kind)) return null;
  return { type: 'unknown', raw: short(JSON.stringify(update) ?? '') };
};

/** The files that a tool call names: its locations, its diffs, and the usual names in its raw input. */
export const pathsOf = (call: unknown): readonly string[] => {
  const located = listOf(call, 'locations').map((location) => fieldOf(location, 'path'));
  const edited = listOf(call, 'content').map((content) => fieldOf(content, 'path'));
  const input = fieldOf(call, 'rawInput');
  const named = ['file_path', 'filePath', 'path', 'abs_path', 'notebook_path'].map((name) => fieldOf(input, name));
  return [
    ...new Set([...located, ...edited, ...named].filter((path) => typeof path === 'string' && path !== '')),
  ].slice(0, pathCount_max) as readonly string[];
};

/** A title of a tool call, fit to be shown. */
export const titleOf = (call: unknown): string => short(textOf(fieldOf(call, 'title')));

const withoutMeaning = new Set([
  'user_message_chunk',
  'available_commands_update',
  'current_mode_update',
  'config_option_update',
  'session_info_update',
  'usage_update',
]);

const textEvent = (update: unknown): AgentEvent => ({
  type: 'text',
  text: visible(textOf(fieldOf(fieldOf(update, 'content'), 'text'))),
});

const toolEvent = (call: unknown): AgentEvent => ({
  type: 'tool',
  kind: short(textOf(fieldOf(call, 'kind')) || 'other'),
  title: titleOf(call),
  paths: pathsOf(call),
  status: short(textOf(fieldOf(call, 'status')) || 'pending'),
});

const planEvent = (update: unknown): AgentEvent => ({
  type: 'plan',
  items: listOf(update, 'entries')
    .slice(0, planLength_max)
    .map((entry) => ({
      text: short(textOf(fieldOf(entry, 'content'))),
      done: fieldOf(entry, 'status') === 'completed',
    })),
});

const textLength_max = 300;
const planLength_max = 200;
const pathCount_max = 1000;

const short = (text: string): string => visible(text).slice(0, textLength_max);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown, name: string): readonly unknown[] => {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
};
