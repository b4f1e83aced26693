import { code, oneLine } from '../../core/brief/fence.ts';
import type { Plan, Task, TaskId } from '../../core/plan.ts';
import { batchesOf, type LaunchOrder } from './order.ts';

const LETTERED = /^(?:Track\s+)?([A-Z]|\d{1,3}|[A-Z]\d{1,2})\s*[—–:-]\s+(\S.*)$/;

/** What tracks are called among people: by their letter where the title begins with one that no other title has. */
export function trackNames({ tasks }: Plan): ReadonlyMap<TaskId, string> {
  const letters = tasks.map(({ title }) => LETTERED.exec(title)?.[1] ?? null);
  return new Map(
    tasks.map(({ id }, at) => {
      const letter = letters[at] ?? null;
      const isOwn = letter !== null && letters.filter((each) => each === letter).length === 1;
      return [id, isOwn ? `Track ${letter}` : `Track ${code(id)}`];
    }),
  );
}

/** A track as it stands in a table: `C — Admin UI`, however its title puts it. */
export function trackTitle({ title }: Task): string {
  const [, letter, rest] = LETTERED.exec(title) ?? [];
  return oneLine(letter === undefined || rest === undefined ? title : `${letter} — ${rest}`);
}

/** What a session is called: batch and letter as in `1A`, and what it is about. */
export type Phase = { readonly id: string; readonly batch: number; readonly focus: string };

const PHASED = /^(\d{1,3})([A-Z])$/;
const PHASED_TITLE = /^(?:Phase\s+)?\d{1,3}[A-Z]\s*[—–:-]\s+(\S.*)$/;

/** As the plan names all of its tasks, else counted. */
export function phasesOf(plan: Plan, order: LaunchOrder): ReadonlyMap<TaskId, Phase> {
  const focus = ({ title }: Task): string => oneLine(PHASED_TITLE.exec(title)?.[1] ?? title);
  const given = plan.tasks.map(({ id }) => PHASED.exec(id));
  if (given.every((each) => each !== null)) {
    return new Map(
      plan.tasks.map((task, at) => [task.id, { id: task.id, batch: Number(given[at]?.[1]), focus: focus(task) }]),
    );
  }
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  return new Map(
    batchesOf(plan, order).flatMap((batch, index) =>
      batch.flatMap((id, at) => {
        const task = tasks.get(id);
        const phase = { id: `${index + 1}${letters(at)}`, batch: index + 1 };
        return task === undefined ? [] : [[id, { ...phase, focus: focus(task) }] as const];
      }),
    ),
  );
}

/** A, B … Z, AA, AB … */
export const letters = (at: number): string =>
  at < 26 ? String.fromCharCode(65 + at) : letters(Math.floor(at / 26) - 1) + letters(at % 26);

/** What steps are called among people: `A1` of `A1: Add the route`, else by their numbers. */
export const soldiersOf = ({ steps }: Task): readonly string[] =>
  steps.map((step, at) => /^([A-Z]{1,2}\d{1,3}(?:\.\d{1,3})?)(?![\w.])/.exec(step)?.[1] ?? String(at + 1));
