import type { TaskId } from '../core/plan.ts';
import { counted, minutes } from './duration.ts';
import { paint, span } from './paint.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

/** A run in made-up time. Times are minutes from its start. */
export type Simulation = {
  readonly schedule: readonly ScheduledTask[];
  readonly places: number;
  readonly makespan_min: number;
  /** No schedule of this plan can be shorter. */
  readonly lowerBound_min: number;
  /** Share of place-minutes in use, 0 to 1. */
  readonly use: number;
};
export type ScheduledTask = {
  readonly task: TaskId;
  readonly start: number;
  readonly end: number;
  readonly place: number;
};

/** A Gantt chart: one row per task in the order of their starts, then what the schedule came to. */
export function ganttText(simulation: Simulation, { columns, colour }: { columns: number; colour: boolean }): string {
  const { schedule, makespan_min } = simulation;
  const rows = [...schedule].sort((a, b) => a.start - b.start || a.place - b.place);
  const id_columns = Math.min(
    28,
    Math.floor(columns / 3),
    Math.max(4, ...rows.map(({ task }) => widthOf(visible(task)))),
  );
  const place_columns = Math.max(2, String(simulation.places).length);
  const room = Math.max(1, columns - id_columns - place_columns - 4);
  const scale = makespan_min > 0 ? room / makespan_min : 0;
  const lines = rows.map(({ task, start, end, place }) => {
    const from = Math.min(room - 1, Math.floor(start * scale));
    const length = Math.max(1, Math.min(room, Math.round(end * scale)) - from);
    const name = span(`${pad(visible(task), id_columns)} ${String(place).padStart(place_columns)} |`);
    return paint([name, span(' '.repeat(from)), span('#'.repeat(length), 'cyan')], { columns, colour });
  });
  return `${[...lines, ...totals(simulation).map((line) => paint([span(line)], { columns, colour }))].join('\n')}\n`;
}

function totals({ schedule, places, makespan_min, lowerBound_min, use }: Simulation): readonly string[] {
  const ratio = lowerBound_min > 0 ? ` (${(makespan_min / lowerBound_min).toFixed(2)} times the lower bound)` : '';
  return [
    '',
    `tasks        ${schedule.length} on ${counted(places, 'place')}`,
    `makespan     ${minutes(makespan_min)}${ratio}`,
    `lower bound  ${minutes(lowerBound_min)}`,
    `places used  ${Math.round(use * 100)} %`,
  ];
}
