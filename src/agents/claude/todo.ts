import type { AgentEvent } from '../../core/ports/agent.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, listOf, textOf } from '../json.ts';
import type { Call } from './calls.ts';

type Item = { readonly text: string; readonly done: boolean };

const items_max = 100;
const textLength_max = 200;

/** The agent's own list of what it wants to do, as its tools change it. */
export class Todo {
  #items = new Map<string, Item>();

  /** The list after a call of one of its tools has been answered; null: it has not changed. */
  hear(call: Call, answer: unknown): AgentEvent | null {
    const changed = this.#changed(call, answer);
    return changed ? { type: 'plan', items: [...this.#items.values()].slice(0, items_max) } : null;
  }

  #changed({ tool, input }: Call, answer: unknown): boolean {
    if (tool === 'TodoWrite') {
      const todos = listOf(input, 'todos').map(
        (todo, i) => [String(i), itemOf(fieldOf(todo, 'content'), todo)] as const,
      );
      this.#items = new Map(todos);
      return true;
    }
    if (tool === 'TaskCreate') {
      const id = textOf(fieldOf(answer, 'task', 'id'));
      if (id !== '') this.#items.set(id, itemOf(fieldOf(answer, 'task', 'subject'), {}));
      return id !== '';
    }
    return tool === 'TaskUpdate' && fieldOf(answer, 'success') === true && this.#update(input);
  }

  #update(input: unknown): boolean {
    const id = textOf(fieldOf(input, 'taskId'));
    if (fieldOf(input, 'status') === 'deleted') return this.#items.delete(id);
    const before = this.#items.get(id);
    // A session that goes on speaks of items that it made before our time.
    const subject = fieldOf(input, 'subject') ?? before?.text ?? `Task ${id}`;
    const done = fieldOf(input, 'status') === undefined ? (before?.done ?? false) : itemOf('', input).done;
    this.#items.set(id, { ...itemOf(subject, input), done });
    return true;
  }
}

const itemOf = (text: unknown, state: unknown): Item => ({
  text: visible(textOf(text).slice(0, textLength_max)),
  done: fieldOf(state, 'status') === 'completed',
});
