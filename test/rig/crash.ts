import { readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { built } from './build.ts';
import { gitShim } from './git-shim.ts';
import { leftoversOf } from './leftovers.ts';
import { besideIt, type Ran, Running } from './program.ts';
import type { Stage } from './stage.ts';

/** One place at which the engine can die: the nth time that it comes by there. */
export type Point = { readonly nth: number; readonly place: string };

const write = ({ nth, place }: Point): string => `${nth} ${place}`;
const read = (line: string): Point => {
  const [, nth = '1', place = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
  return { nth: Number(nth), place };
};

/** The program that kills itself, started on one stage again and again. */
export class CrashRig {
  readonly stage: Stage;
  readonly #program: string;
  readonly #folder: string;
  #bin = '';

  private constructor(stage: Stage, program: string) {
    this.stage = stage;
    this.#program = program;
    this.#folder = stage.repo.beside('crash');
  }

  static async create(stage: Stage): Promise<CrashRig> {
    const rig = new CrashRig(
      stage,
      await built('test/rig/crash-main.ts', ['src', 'test/rig/crash-main.ts', 'test/rig/boundaries.ts']),
    );
    await besideIt(rig.#program);
    await mkdir(rig.#folder);
    rig.#bin = await gitShim(rig.#folder);
    return rig;
  }

  /** Runs the program until it ends or dies at `point`; then nothing of it may be left alive. */
  async launch(args: readonly string[], point: Point | null): Promise<Ran & { readonly hit: boolean }> {
    await writeFile(join(this.#folder, 'point'), point === null ? 'nowhere\n' : `${write(point)}\n`);
    await rm(join(this.#folder, 'hit'), { force: true });
    const path = `${this.#bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`;
    const env = this.stage.env({ PATH: path, CRASH_FOLDER: this.#folder });
    const node = process.env['CRASH_NODE'] ?? process.execPath;
    const ran = await Running.launch([node, this.#program, ...args], { cwd: this.stage.dir, env, input: null }).done;
    const hit = await readFile(join(this.#folder, 'hit'), 'utf8').catch(() => null);
    const left = await leftoversOf(this.stage.repo.beside(''), 10_000);
    if (left.length > 0)
      throw new Error(`Alive after dying ${point?.place}: ${left.map(({ what }) => what).join('; ')}`);
    return { ...ran, hit: hit !== null };
  }

  /** Every point that the processes so far came by, in order, each once. */
  async passed(): Promise<readonly Point[]> {
    const lines = (await readFile(join(this.#folder, 'passed'), 'utf8')).trim().split('\n');
    return [...new Set(lines)].map(read);
  }
}

/** Lock files below a folder, as paths. What lies in the trash is as it was when it was thrown away. */
export const locksBelow = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.lock') && !path.includes('/trash/'),
  );
