import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Bench } from './bench.ts';

type Kept = 'worktree-ready' | 'agent-started';
const KEPT: ReadonlySet<string> = new Set<Kept>(['worktree-ready', 'agent-started']);

/** A run of the built program under way, watched from outside. */
export class Engine {
  readonly #child: ChildProcess;
  readonly #counts = new Map<string, number>();
  readonly #ended: Promise<unknown>;
  readonly #kept: string[] = [];
  #watchers: (() => void)[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'close').then(() => this.#tell());
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const type = /^\{[^{}]*"type":"([a-z-]+)"/.exec(line)?.[1] ?? '';
      if (KEPT.has(type)) this.#kept.push(line);
      this.#counts.set(type, this.count(type) + 1);
      this.#tell();
    });
  }

  static async start(bench: Bench, plan: string, args: readonly string[]): Promise<Engine> {
    const [repo, state] = [await bench.smallRepository(), await bench.folder('state')];
    const file = join(state, 'plan.yaml');
    await writeFile(file, plan);
    const argv = [bench.program, '-C', repo, 'run', file, '--yes', '--json', ...args];
    const env = bench.env({ BRANCHLINE_STATE_DIR: state });
    return new Engine(spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] }));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** How many events of a type were seen. */
  count(type: string): number {
    return this.#counts.get(type) ?? 0;
  }

  /** Milliseconds from one kind of event to the next of another kind, by attempt. Both have to be among those kept. */
  between(from: Kept, to: Kept): readonly number[] {
    const since = new Map<string, number>();
    return this.#kept.flatMap((line) => {
      const { type, task, attempt, at } = JSON.parse(line);
      const key = `${task} ${attempt}`;
      if (type === from) since.set(key, Date.parse(at));
      const begun = since.get(key);
      return type === to && begun !== undefined ? [Date.parse(at) - begun] : [];
    });
  }

  /** Resolves once so many events of a type were seen, or when the time is up. */
  async saw(type: string, count: number, wait_ms: number): Promise<void> {
    const due = performance.now() + wait_ms;
    while (this.count(type) < count && performance.now() < due && this.#child.exitCode === null) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, due - performance.now());
        this.#watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** First lets what runs end, then ends it. */
  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, 500))]);
    this.#child.kill('SIGINT');
    await this.#ended;
  }

  #tell(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}

/** Milliseconds of processor time that a process has used. Linux counts in hundredths of a second. */
export function cpu_ms(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The most memory that a process ever had, in MiB. */
export function peak_mib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/** The memory of its own that a process has now, in MiB. */
export function own_mib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/** Processes that a process has started itself. */
export function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  });
}
