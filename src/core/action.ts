import type { Failure } from './failure.ts';
import type { TaskId } from './plan.ts';

/** What to do next. It is data, so a dry run can print it and a test can compare it. */
export type Action =
  | ({ readonly task: TaskId; readonly attempt: number } & (
      | { readonly do: 'ready' | 'start' | 'verify' | 'land' | 'wake' }
      | { readonly do: 'stop'; readonly because: Failure }
      | { readonly do: 'skip'; readonly because: string }
      /** The plan's own default answers a question that nobody has answered in time. */
      | { readonly do: 'answer'; readonly question: string; readonly answer: string }
    ))
  | { readonly do: 'final-checks' }
  | { readonly do: 'pause'; readonly by: string; readonly why: string }
  | { readonly do: 'end' };
