import type { QuestionRules } from '../core/plan.ts';

/** What the engine says to the tools by their environment. */
export type ToolSettings = {
  readonly desk: string;
  readonly questions: QuestionRules['policy'];
  /** How long a question may hold up the agent. */
  readonly wait_ms: number;
};

/** Clients give up on a tool after a minute or more; opencode after one. */
const WAIT_MS = 45_000;
const WAIT_MS_MAX = 3_600_000;

/** null: there is no desk, so nobody would hear anything. */
export function settingsIn(env: Readonly<Record<string, string | undefined>>): ToolSettings | null {
  const desk = env['BRANCHLINE_DESK'];
  if (desk === undefined || desk === '') return null;
  const policy = env['BRANCHLINE_QUESTIONS'];
  const questions = policy === 'forbid' || policy === 'park' ? policy : 'live';
  return { desk, questions, wait_ms: questions === 'park' ? 0 : waitIn(env['BRANCHLINE_ASK_WAIT_MS']) };
}

const waitIn = (text: string | undefined): number =>
  text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), WAIT_MS_MAX) : WAIT_MS;
