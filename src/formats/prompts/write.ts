import { handBranch } from '../../core/branch-name.ts';
import { code } from '../../core/brief/fence.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { TaskId } from '../../core/plan.ts';
import type { PromptStyle } from '../../core/prompt-styles.ts';
import { visible } from '../../core/visible.ts';
import { cccPrompt } from './ccc.ts';
import { cwPrompt } from './cw.ts';
import { dispatchPrompt } from './dispatch.ts';
import type { Prompt, PromptFacts, Writer } from './facts.ts';
import { outsidePrompt } from './outside.ts';
import { playbookOf } from './playbook.ts';
import { poolPrompt } from './pool.ts';
import { dispatchTable, summaryTable } from './tables.ts';
import { fencedMarkdown, wordsIn } from './texts.ts';
import { tracksPrompt } from './tracks.ts';

const WRITERS: Readonly<Record<PromptStyle, Writer>> = {
  tracks: tracksPrompt,
  ccc: cccPrompt,
  outside: outsidePrompt,
  dispatch: dispatchPrompt,
  pool: poolPrompt,
  cw: cwPrompt,
};

export type PromptSheet = {
  /** In plan order; empty if anything is wrong: who launches by hand launches all of them or none. */
  readonly prompts: readonly Prompt[];
  readonly playbook: string | null;
  readonly tables: { readonly dispatch: string; readonly summary: string } | null;
  readonly findings: readonly Diagnostic[];
};

export const NO_PROMPTS: Omit<PromptSheet, 'findings'> = { prompts: [], playbook: null, tables: null };

/** One prompt per task, or that of one task. Pure; an error about any of them leaves all of them out. */
export function writePrompts(facts: PromptFacts, only: TaskId | null, playbook: boolean): PromptSheet {
  const tasks = facts.plan.tasks.filter(({ id }) => only === null || id === only);
  const written = tasks.map((task) => ({ task: task.id, ...WRITERS[facts.style](facts, task) }));
  const findings = once([
    ...written.flatMap((each) => each.findings),
    ...sharedIssues(facts),
    ...sharedBranches(facts),
  ]);
  if (findings.some(({ severity }) => severity === 'error')) return { ...NO_PROMPTS, findings };
  return {
    prompts: written.flatMap(({ task, title, text, files }) => {
      if (text === null) return [];
      const shown = visible(text);
      return [
        {
          task,
          title,
          text: shown,
          words: wordsIn(shown),
          files: files.map((file) => ({ ...file, text: visible(file.text) })),
        },
      ];
    }),
    playbook: playbook ? visible(playbookOf(facts)) : null,
    tables: { dispatch: visible(dispatchTable(facts)), summary: visible(summaryTable(facts)) },
    findings,
  };
}

/** All prompts as one page, each ready to be copied, with the files that go with it. */
export const sheetText = ({ prompts, playbook }: Pick<PromptSheet, 'prompts' | 'playbook'>): string =>
  [
    ...prompts.map(({ task, title, text, files }) => {
      const parts = [`## ${visible(title)} (${task})`, fencedMarkdown(text)];
      const more = files.flatMap((file) => [`With it goes ${code(file.name)}:`, fencedMarkdown(file.text.trimEnd())]);
      return `${[...parts, ...more].join('\n\n')}\n`;
    }),
    ...(playbook === null ? [] : [playbook]),
  ].join('\n');

function once(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(findings.map((each) => [JSON.stringify(each), each]));
  return [...seen.values()];
}

/** Two sessions that write to one issue overwrite each other. */
function sharedIssues({ plan }: PromptFacts): readonly Diagnostic[] {
  const first = new Map<string, TaskId>();
  return plan.tasks.flatMap(({ id, issues }) =>
    issues.flatMap((ref, at) => {
      const other = first.get(ref);
      if (other === undefined) first.set(ref, id);
      if (other === undefined || other === id) return [];
      return [
        {
          code: 'issue-shared',
          severity: 'warning' as const,
          what: `${other} and ${id} both name ${ref}`,
          why: 'One issue belongs to one session: of two that write to it, the later one wins',
          next: 'Give one of them an issue of its own',
          task: id,
          field: `tasks.${id}.issues[${at}]`,
        },
      ];
    }),
  );
}

/** A template without the task's own name can make one branch of two, and two people would push to it. */
function sharedBranches({ plan }: PromptFacts): readonly Diagnostic[] {
  const first = new Map<string, TaskId>();
  return plan.tasks.flatMap((task) => {
    const branch = handBranch(plan, task);
    const other = first.get(branch);
    if (other === undefined) {
      first.set(branch, task.id);
      return [];
    }
    return [
      {
        code: 'branch-shared',
        severity: 'error' as const,
        what: `${other} and ${task.id} would both work on the branch ${branch}`,
        why: 'Each prompt names a branch of its own, so that nobody pushes over the work of another',
        next: 'Put {task} into the template of branches, or give one of them another title or issue',
        task: null,
        field: 'branch',
      },
    ];
  });
}
