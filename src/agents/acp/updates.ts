import type { AgentEvent } from '../../core/ports/agent.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import { type Calls, short } from './calls.ts';

/**
 * What one `session/update` means. Nothing for what says nothing about the work (usage, modes, command lists): such
 * messages must not make a stuck agent look busy.
 */
export const eventsOf = (update: unknown, calls: Calls): readonly AgentEvent[] => {
  const kind = fieldOf(update, 'sessionUpdate');
  if (kind === 'agent_message_chunk') return textEvents(update);
  // A model that thinks is at work, but its thoughts are not for the log.
  if (kind === 'agent_thought_chunk') return [signOfLife(update)];
  if (kind === 'tool_call' || kind === 'tool_call_update') return callEvents(update, calls);
  if (kind === 'plan') return [planEvent(listOf(update, 'entries'))];
  if (typeof kind === 'string' && WITHOUT_MEANING.has(kind)) return [];
  return [{ type: 'unknown', raw: short(JSON.stringify(update) ?? '') }];
};

const WITHOUT_MEANING = new Set([
  'user_message_chunk',
  'available_commands_update',
  'current_mode_update',
  'config_option_update',
  'session_info_update',
  'usage_update',
]);

const signOfLife = (update: unknown): AgentEvent => ({ type: 'output', bytes: JSON.stringify(update).length });

/** Gemini tells of its modes in the chat; no model says that. */
const MODE_NOTICE = /^\[MODE_UPDATE\] \w+$/;

const textEvents = (update: unknown): readonly AgentEvent[] => {
  const text = textOf(fieldOf(update, 'content', 'text'));
  return text === '' || MODE_NOTICE.test(text) ? [] : [{ type: 'text', text: visible(text) }];
};

const callEvents = (update: unknown, calls: Calls): readonly AgentEvent[] => {
  const { call, isNews } = calls.told(update);
  const { kind, title, paths, status } = call;
  const todo = planIn(update);
  // The same call with more of its output: it works, and nothing else is new.
  if (!isNews && todo.length === 0) return [signOfLife(update)];
  return [...(isNews ? [{ type: 'tool' as const, kind, title, paths, status }] : []), ...todo];
};

/** Agents without plans of their own keep a list through a tool. */
const planIn = (update: unknown): readonly AgentEvent[] => {
  const todos = listOf(update, 'rawInput', 'todos').filter((todo) => todoText(todo) !== '');
  return todos.length === 0 ? [] : [planEvent(todos)];
};

const todoText = (todo: unknown): string =>
  textOf(fieldOf(todo, 'content')) || textOf(fieldOf(todo, 'description')) || textOf(fieldOf(todo, 'title'));

const PLAN_LENGTH_MAX = 200;

const planEvent = (entries: readonly unknown[]): AgentEvent => ({
  type: 'plan',
  items: entries.slice(0, PLAN_LENGTH_MAX).map((entry) => ({
    text: short(todoText(entry)),
    done: fieldOf(entry, 'status') === 'completed',
  })),
});
