import type { AgentEvent } from '../../core/ports/agent.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import { type Call, callOf } from './calls.ts';
import { limitEvent, retryEvent } from './limits.ts';
import { Todo } from './todo.ts';

/** How much of what streams in makes one event of it: enough to see that a model is at work, not each of its words. */
const outputBytes_step = 4096;
const rawLength_max = 300;
const textLength_max = 16_384;

/** Makes the client's messages into events. Knows its sessions' names, open calls and list of things to do. */
export class Hearing {
  readonly #cwd: string;
  readonly #calls = new Map<string, Call>();
  readonly #todo = new Todo();
  #session = '';
  #streamed = 0;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** What a message means; nothing for what says nothing about the work, so that a stuck agent does not look busy. */
  hear(message: unknown, bytes: number): readonly AgentEvent[] {
    switch (fieldOf(message, 'type')) {
      case 'assistant':
        return this.#assistant(message);
      case 'user':
        return this.#user(message);
      case 'system':
        return this.#system(message);
      case 'stream_event':
        return this.#stream(bytes);
      case 'rate_limit_event':
        return [limitEvent(message)].filter((event) => event !== null);
      default:
        return WITHOUT_MEANING.has(textOf(fieldOf(message, 'type'))) ? [] : [unknown(message)];
    }
  }

  #assistant(message: unknown): readonly AgentEvent[] {
    const isSubagent = typeof fieldOf(message, 'parent_tool_use_id') === 'string';
    // The client's own words about an error come again, with all that is known, as the result.
    if (typeof fieldOf(message, 'error') === 'string') return [];
    return listOf(message, 'message', 'content').flatMap((block) => {
      if (fieldOf(block, 'type') === 'tool_use') return this.#began(block);
      const text = textOf(fieldOf(block, 'text')).slice(0, textLength_max);
      if (fieldOf(block, 'type') !== 'text' || isSubagent || text.trim() === '') return [];
      return [{ type: 'text', text: `${visible(text)}\n` } as const];
    });
  }

  #began(block: unknown): readonly AgentEvent[] {
    const call = callOf(this.#cwd, textOf(fieldOf(block, 'name')), fieldOf(block, 'input'));
    this.#calls.set(textOf(fieldOf(block, 'id')), call);
    return call.kind === 'plan' || call.kind === 'ask' ? [] : [toolEvent(call, 'in_progress')];
  }

  #user(message: unknown): readonly AgentEvent[] {
    const answer = fieldOf(message, 'tool_use_result');
    return listOf(message, 'message', 'content').flatMap((block) => {
      const id = textOf(fieldOf(block, 'tool_use_id'));
      const call = this.#calls.get(id);
      if (fieldOf(block, 'type') !== 'tool_result' || call === undefined) return [];
      this.#calls.delete(id);
      if (call.kind === 'ask') return [];
      if (call.kind !== 'plan') return [toolEvent(call, fieldOf(block, 'is_error') === true ? 'failed' : 'completed')];
      const isSubagent = typeof fieldOf(message, 'parent_tool_use_id') === 'string';
      return [isSubagent ? null : this.#todo.hear(call, answer)].filter((event) => event !== null);
    });
  }

  #system(message: unknown): readonly AgentEvent[] {
    const subtype = textOf(fieldOf(message, 'subtype'));
    switch (subtype) {
      case 'init':
        return this.#init(message);
      case 'api_retry':
        return [retryEvent(message)];
      case 'permission_denied': {
        const call = this.#calls.get(textOf(fieldOf(message, 'tool_use_id')));
        const title = call?.title ?? visible(textOf(fieldOf(message, 'tool_name')));
        return [{ type: 'permission', title, paths: call?.shown ?? [], granted: false }];
      }
      case 'task_progress': {
        const call = callOf(this.#cwd, 'Task', { description: fieldOf(message, 'description') });
        return [toolEvent(call, 'in_progress')];
      }
      default:
        return WITHOUT_MEANING.has(`system/${subtype}`) ? [] : [unknown(message)];
    }
  }

  /** Each turn begins with it; the session has only one name. */
  #init(message: unknown): readonly AgentEvent[] {
    const session = textOf(fieldOf(message, 'session_id'));
    if (session === '' || session === this.#session) return [];
    this.#session = session;
    const model = visible(textOf(fieldOf(message, 'model')));
    const version = visible(textOf(fieldOf(message, 'claude_code_version')));
    return [{ type: 'session', session: visible(session), model: model || null, version: version || null }];
  }

  #stream(bytes: number): readonly AgentEvent[] {
    const before = Math.floor(this.#streamed / outputBytes_step);
    this.#streamed += bytes;
    const steps = Math.floor(this.#streamed / outputBytes_step) - before;
    return steps === 0 ? [] : [{ type: 'output', bytes: steps * outputBytes_step }];
  }
}

const toolEvent = ({ kind, title, shown }: Call, status: string): AgentEvent => ({
  type: 'tool',
  kind,
  title,
  paths: shown,
  status,
});

const unknown = (message: unknown): AgentEvent => ({
  type: 'unknown',
  raw: visible((JSON.stringify(message) ?? '').slice(0, rawLength_max)),
});

/** Heartbeats, housekeeping of the client, and what is heard elsewhere. */
const WITHOUT_MEANING = new Set([
  'result',
  'control_request',
  'control_response',
  'control_cancel_request',
  'keep_alive',
  'tool_progress',
  'tool_use_summary',
  'prompt_suggestion',
  'command_lifecycle',
  'system/status',
  'system/thinking_tokens',
  'system/compact_boundary',
  'system/session_state_changed',
  'system/background_tasks_changed',
  'system/task_started',
  'system/task_updated',
  'system/task_notification',
  'system/hook_started',
  'system/hook_progress',
  'system/hook_response',
  'system/commands_changed',
  'system/files_persisted',
  'system/notification',
  'system/informational',
  'system/memory_recall',
]);
