import type { TaskStateName } from '../../core/task.ts';
import { duration } from '../duration.ts';
import { branchName, listed } from '../phrase.ts';
import { aboutTask } from '../task-rows.ts';
import { bar, framed } from './frame.ts';
import { modeOf } from './pool-mode.ts';
import { paceOf } from './pool-pace.ts';
import { slotsOf } from './pool-slots.ts';
import { nameOf, type Skin, type SkinRun, type SkinTask } from './skin-run.ts';
import { countLine, standsLines } from './words-line.ts';

/** The orchestrator with a pool of worktrees: boxes for the mode, the pool, how far the agents are, and what was merged. */
export const pool: Skin = {
  status: (run, columns) => boxes(run, columns, [mode, slots, agents]),
  report: (run, columns) => boxes(run, columns, [mode, agents, merges]),
};

type Box = { readonly frame: 'double' | 'light'; readonly sections: readonly (readonly string[])[] };

const boxes = (run: SkinRun, columns: number, parts: readonly ((run: SkinRun) => Box)[]): string =>
  `${parts
    .map((part) => part(run))
    .map(({ frame, sections }) => framed(sections, { columns, frame }).join('\n'))
    .join('\n\n')}\n`;

function mode(run: SkinRun): Box {
  const { verdict, reason, limit, groups } = modeOf(run);
  const atOnce = `Agents: ${limit.agents}${limit.by === null ? '' : ` (${limit.by})`}`;
  if (verdict === 'SEQUENTIAL') {
    const order = listed(
      groups.flat().map(({ is }) => is.id),
      12,
    ).replaceAll(', ', ' → ');
    const facts = [`Tasks: ${run.tasks.length}`, `Reason: ${reason}`, ...(order === '' ? [] : [`Order: ${order}`])];
    return { frame: 'double', sections: [['⏸️ Execution Mode: SEQUENTIAL'], facts, [progress(run)]] };
  }
  const grouped = groups.map((group, at) => [
    `Parallel Group ${at + 1}${at === 0 ? '' : ` (after Group ${at})`}:`,
    ...group.map((each, index) => `${index === group.length - 1 ? '└──' : '├──'} ${agentLine(each)}`),
  ]);
  return {
    frame: 'double',
    sections: [
      ['⚡ Execution Mode: PARALLEL'],
      [`Tasks: ${run.tasks.length}`, atOnce, `Reason: ${reason}`],
      ...grouped,
      [progress(run)],
    ],
  };
}

/** `Agent 1: [wt-1] src/api/**`: the files that it may write, else what it is called. */
function agentLine(each: SkinTask): string {
  const files = each.task?.scope?.may ?? [];
  const where = each.work.slot === null ? '' : `[wt-${each.work.slot}] `;
  return `Agent ${each.number}: ${where}${files.length === 0 ? nameOf(each) : `${each.is.id}: ${listed(files, 3)}`}`;
}

const progress = ({ status: { counts, tasks } }: SkinRun): string =>
  `Progress: ${bar(counts.landed, tasks.length, 20)} ${counts.landed}/${tasks.length} agents complete`;

function slots(run: SkinRun): Box {
  const { size, rows } = slotsOf(run);
  const of = (status: string) => rows.filter((row) => row.status === status).length;
  const head = `Pool Size: ${size} | Busy: ${of('BUSY')} | Idle: ${of('IDLE')} | Error: ${of('ERROR')}`;
  const wide = Math.max(0, ...rows.map(({ id }) => id.length));
  const lines = rows.map(({ id, status, task }) => `${id.padEnd(wide)} │ ${centred(status, 8)} │ ${task ?? '-'}`);
  return { frame: 'light', sections: [['AGENT POOL STATUS'], [head], lines] };
}

function centred(text: string, columns: number): string {
  const left = Math.floor((columns - text.length) / 2);
  return `${' '.repeat(left)}${text}`.padEnd(columns);
}

const SIGNS: Readonly<Record<TaskStateName, readonly [sign: string, word: string]>> = {
  waiting: ['⬜', 'pending'],
  ready: ['⬜', 'pending'],
  working: ['⏳', 'in progress'],
  stopping: ['⏳', 'in progress'],
  asking: ['❓', 'stuck'],
  resting: ['⏳', 'pending retry'],
  reported: ['⏳', 'ready for QA'],
  verifying: ['⏳', 'in QA'],
  verified: ['⏳', 'QA approved'],
  landing: ['⏳', 'QA approved, merging'],
  landed: ['✅', 'done'],
  blocked: ['❌', 'stuck'],
  failed: ['❌', 'failed'],
  skipped: ['⬜', 'skipped'],
  cancelled: ['⬜', 'skipped: cancelled'],
};

function agents(run: SkinRun): Box {
  const { counts, tasks, state, endedAt } = run.status;
  const heading = endedAt === null ? `EXECUTION: ${state}` : 'EXECUTION COMPLETE';
  const rows = run.tasks.map((each) => {
    const [sign, word] = SIGNS[each.is.state];
    const about = aboutTask(each.is, run.status.at);
    return `${sign} Agent ${each.number}: ${nameOf(each)} (${word})${about === '' ? '' : ` ${about}`}`;
  });
  return {
    frame: 'double',
    sections: [
      [
        heading,
        `${bar(counts.landed, tasks.length, 20)} ${counts.landed}/${tasks.length}`,
        countLine('pool', run),
        ...standsLines(run),
      ],
      rows,
      times(run),
    ],
  };
}

/** All of it from the instants in the journal; what is an estimate says so. */
function times(run: SkinRun): readonly string[] {
  const { elapsed_ms, work_ms, left_ms, speedup } = paceOf(run);
  const left =
    left_ms === null ? 'unknown until a task with an agent has landed' : `about ${duration(left_ms)} (an estimate)`;
  return [
    `Elapsed: ${duration(elapsed_ms)}`,
    ...(run.status.endedAt === null ? [`Estimated remaining: ${left}`] : []),
    `Sequential estimate: ${duration(work_ms)} (the time of all agents)`,
    `Speedup: ${speedup === null ? 'unknown' : `${speedup.toFixed(1)}x`}`,
  ];
}

function merges(run: SkinRun): Box {
  const { counts, tasks, target, endedAt } = run.status;
  const failed = run.tasks.filter(({ is: { state } }) => state === 'failed' || state === 'blocked');
  const onto = `Merged: ${counts.landed} of ${tasks.length} onto ${branchName(target)}`;
  const kept = failed.map(({ is, branch, work, tally }) => {
    const refs = tally?.rescued.at(-1);
    const slot = work.slot === null ? '' : `wt-${work.slot}:`;
    return `- ${slot}${branch ?? is.id}${refs === undefined ? '' : ` (work kept: ${refs})`}`;
  });
  return {
    frame: 'light',
    sections: [
      ['MERGE RESULTS'],
      [`Status: ${mergeStatus(run, failed.length)}`, onto],
      kept.length === 0 ? [] : ['Failed branches:', ...kept],
      endedAt === null ? ['The run is not over.'] : [],
    ],
  };
}

function mergeStatus({ status: { counts, tasks } }: SkinRun, failed: number): string {
  if (failed > 0) return '⚠️  SOME MERGES FAILED';
  if (tasks.length === 0) return 'No branches to merge';
  if (counts.landed === tasks.length) return '✅ ALL MERGED SUCCESSFULLY';
  return `${counts.landed} MERGED, ${tasks.length - counts.landed} NOT MERGED`;
}
