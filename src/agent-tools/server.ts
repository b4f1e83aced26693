import { type CallToolResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ALLOW, REFUSE } from '../core/question.ts';
import { noteUnasked, report, tellProgress } from '../desk/asking.ts';
import { isBelow, LINE_CHARS_MAX, OPTIONS_MAX, PATHS_MAX, TEXT_CHARS_MAX } from '../desk/content.ts';
import { numbered } from '../desk/names.ts';
import { Questions } from './questions.ts';
import type { ToolSettings } from './settings.ts';

/** Of the tools, not of Branchline: it rises when an agent would have to use them in another way. */
const VERSION = '1';

const text = (max: number) => z.string().trim().min(1).max(max);
const line = text(LINE_CHARS_MAX);
const count = z.int().min(0).max(100_000);

const QUESTION = z.object({
  question: text(TEXT_CHARS_MAX).describe('The question, with everything one needs to know to answer it.'),
  options: z.array(line).max(OPTIONS_MAX).optional().describe('The possible answers, if they can be listed.'),
});

const SCOPE = z.object({
  paths: z
    .array(line.refine(isBelow, 'A path must be relative to the worktree, stay inside of it, and be no pattern.'))
    .min(1)
    .max(PATHS_MAX)
    .describe('Files, or folders with a slash at the end, relative to the worktree: src/api.ts, docs/.'),
  reason: text(TEXT_CHARS_MAX).describe('Why the task cannot be done without them.'),
});

const PROGRESS = z
  .object({
    done: count.describe('Steps that are done.'),
    of: count.describe('Steps in all.'),
    text: z.string().trim().max(LINE_CHARS_MAX).describe('The step you are at.'),
  })
  .refine(({ done, of }) => done <= of, 'done must not be greater than of.');

const REPORT = z.object({
  summary: text(TEXT_CHARS_MAX).describe('What you did, what you left out, what you assumed.'),
});

/** They write nothing but notes to Branchline, so no client need ask a person before it calls them. */
const HARMLESS = { readOnlyHint: true, destructiveHint: false, openWorldHint: false };

/** The tools that every agent gets, whatever its vendor. What they say goes through the desk and nowhere else. */
export function toolServer(settings: ToolSettings): McpServer {
  const server = new McpServer({ name: 'branchline', version: VERSION });
  const questions = new Questions(settings);
  const tool = { server, settings, questions };
  addAskHuman(tool);
  addRequestScope(tool);
  addReportProgress(tool);
  addReportDone(tool);
  return server;
}

type Tool = { readonly server: McpServer; readonly settings: ToolSettings; readonly questions: Questions };

function addAskHuman({ server, settings, questions }: Tool): void {
  const config = {
    title: 'Ask a person',
    description: 'Asks the person in charge a question that you cannot answer yourself, and returns the answer.',
    inputSchema: QUESTION,
    annotations: HARMLESS,
  };
  server.registerTool('ask_human', config, ({ question, options = [] }, { mcpReq }) =>
    said(async () => {
      const wording = { text: question, options };
      if (settings.questions === 'forbid') {
        await noteUnasked(settings.desk, wording);
        return 'Nobody can answer now: assume something sensible and write the assumption into your report.';
      }
      const { number, answer } = await questions.ask(wording, mcpReq.signal);
      return answer ?? recorded('question', number);
    }),
  );
}

function addRequestScope({ server, settings, questions }: Tool): void {
  const config = {
    title: 'Ask for a wider scope',
    description: 'Asks whether you may also write paths outside of your scope. Do not write them before it is allowed.',
    inputSchema: SCOPE,
    annotations: HARMLESS,
  };
  server.registerTool('request_scope', config, ({ paths, reason }, { mcpReq }) =>
    said(async () => {
      const wording = { kind: 'scope' as const, text: reason, paths };
      if (settings.questions === 'forbid') {
        await noteUnasked(settings.desk, wording);
        return 'Nobody can allow it now: stay within your scope and write into your report what you had to leave out.';
      }
      const { number, answer } = await questions.ask(wording, mcpReq.signal);
      return answer === null ? recorded('request', number) : verdict(answer, paths);
    }),
  );
}

function addReportProgress({ server, settings }: Tool): void {
  const config = {
    title: 'Report progress',
    description: 'Tells how many of your steps are done. Call it when you finish a step.',
    inputSchema: PROGRESS,
    annotations: HARMLESS,
  };
  server.registerTool('report_progress', config, (progress) =>
    said(async () => {
      await tellProgress(settings.desk, progress);
      return 'Noted.';
    }),
  );
}

function addReportDone({ server, settings }: Tool): void {
  const config = {
    title: 'Report the task as done',
    description: 'Reports that the task is done. Call it once, last, then end your turn: the work will be checked.',
    inputSchema: REPORT,
    annotations: HARMLESS,
  };
  server.registerTool('report_done', config, ({ summary }) =>
    said(async () => {
      await report(settings.desk, summary);
      return 'Recorded. End your turn now: your work will be checked.';
    }),
  );
}

const recorded = (what: 'question' | 'request', number: number): string =>
  `Your ${what} is recorded as ${numbered(number)}. Finish what you can without the answer and end your turn; you will be resumed with the answer.`;

function verdict(answer: string, paths: readonly string[]): string {
  if (answer === ALLOW) return `Allowed. You may also write: ${paths.join(', ')}`;
  if (answer === REFUSE) {
    return 'Refused. Stay within your scope, and write into your report what you had to leave out.';
  }
  return answer;
}

/** What is wrong with the desk (it is gone, the disk is full) is told to the agent, which can end; it is no bug of ours. */
async function said(work: () => Promise<string>): Promise<CallToolResult> {
  try {
    return { content: [{ type: 'text', text: await work() }] };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const told = `This could not be recorded (${error.code}), so nobody will see it. Write it into your report instead.`;
    return { isError: true, content: [{ type: 'text', text: told }] };
  }
}
