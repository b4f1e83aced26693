import type { Action } from './action.ts';
import type { RunEvent } from './event.ts';
import { unreachable } from './result.ts';
import type { RunView } from './run.ts';

/**
 * The event that must be durable before the action touches the world. null: the action needs none (final checks change
 * nothing, so repeating them after a crash is harmless). `task-verifying` names the tip as the journal knows it; whoever
 * performs it may put the target's real tip in its place.
 */
export function intentOf(action: Action, view: RunView): RunEvent | null {
  switch (action.do) {
    case 'final-checks':
      return null;
    case 'pause':
      return { type: 'run-paused', by: action.by };
    case 'end':
      return { type: 'run-ended' };
    default:
      return taskIntent(action, view);
  }
}

/** In whose name a question is answered that nobody answered in time: never a person's. */
const DEFAULT = 'default';

type TaskAction = Extract<Action, { readonly task: string }>;

function taskIntent(action: TaskAction, view: RunView): RunEvent {
  const { task, attempt } = action;
  switch (action.do) {
    case 'ready':
      return { type: 'task-ready', task, attempt };
    case 'start': {
      const { name, account } = view.choiceFor(view.recordOf(task));
      return { type: 'task-started', task, attempt, agent: name, account };
    }
    case 'verify':
      return { type: 'task-verifying', task, attempt, onto: view.tip };
    case 'land':
      return { type: 'task-landing', task, attempt };
    case 'wake':
      return { type: 'task-woken', task, attempt };
    case 'stop':
      return { type: 'task-stopping', task, attempt, because: action.because };
    case 'answer':
      return {
        type: 'question-answered',
        task,
        attempt,
        question: action.question,
        answer: action.answer,
        by: DEFAULT,
      };
    case 'skip':
      return { type: 'task-skipped', task, attempt, because: action.because };
    default:
      return unreachable(action);
  }
}
