import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { built, builtAgentTools, builtFakeAgent } from './build.ts';

/** A line of `--json`, as it came. Tests that care about its shape check it against the published schema. */
export type Line = { readonly type: string; readonly [field: string]: unknown };

/** One process of the program, from its start to its end. */
export type Ran = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of standard output that are JSON objects with a `type`. */
  readonly events: readonly Line[];
  /** Complaints and failures, for the message of an assertion. */
  readonly told: string;
};

export type Launch = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Standard input; null: none. */
  readonly input: string | null;
};

/** The path of the built program, made once per state of the sources, with its scripted agent and the tools for agents beside it. */
export async function builtProgram(): Promise<string> {
  const [program, agent, tools] = await Promise.all([
    built('src/main.ts', ['src']),
    builtFakeAgent(),
    builtAgentTools(),
  ]);
  await besideIt(program);
  await copyWhole(tools, join(dirname(program), 'agent-tools.mjs'));
  await copyWhole(agent, join(dirname(program), 'fake-agent.mjs'));
  return program;
}

/** The program reads its version from the package that it lies in. */
export async function besideIt(program: string): Promise<void> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await copyWhole(join(root, 'package.json'), join(dirname(program), '..', 'package.json'));
}

/** Programs of other tests read these files at the same time: never half of one. */
async function copyWhole(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${randomUUID()}`;
  await copyFile(from, unfinished);
  await rename(unfinished, to);
}

/** A test that runs out of time gives nothing up: what it started must not outlive its runner all the same. */
const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** A process under way: its lines can be waited for, and it can be signalled. */
export class Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  readonly #events: Line[] = [];
  readonly #watchers = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #over = false;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.done = this.#collect();
  }

  static launch(argv: readonly string[], { cwd, env, input }: Launch): Running {
    const [program = 'false', ...args] = argv;
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    // A program that ends without having read its input makes this write fail, which is no business of the test.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
    living.add(child);
    child.once('close', () => living.delete(child));
    return new Running(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get events(): readonly Line[] {
    return this.#events;
  }

  /** The first line, of those that were and those to come, that `wanted` accepts. Rejects when the process ends without. */
  async saw(wanted: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.#events.find(wanted);
      if (found !== undefined) return found;
      if (this.#over) throw new Error(`The program ended and never printed that line.\n${await this.#ending()}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  sawType(type: string, task?: string): Promise<Line> {
    return this.saw((line) => line.type === type && (task === undefined || line['task'] === task));
  }

  /** Resolves once standard output or error holds `text`. Rejects when the process ends without. */
  async told(text: string): Promise<void> {
    while (!this.#stderr.includes(text) && !this.#stdout.includes(text)) {
      if (this.#over) throw new Error(`The program ended and never said "${text}".\n${await this.#ending()}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async #ending(): Promise<string> {
    const { code, signal, stdout, stderr } = await this.done;
    return `exit ${code ?? signal}\n${stdout}\n${stderr}`;
  }

  async #collect(): Promise<Ran> {
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#tell();
    });
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        this.#stdout += `${line}\n`;
        const parsed = parseLine(line);
        if (parsed !== null) this.#events.push(parsed);
        this.#tell();
      });
    }
    const [code, signal] = (await once(this.child, 'close')) as [number | null, string | null];
    this.#over = true;
    this.#tell();
    return {
      code,
      signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
      events: this.#events,
      told: toldBy(this.#events, this.#stderr),
    };
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}

function toldBy(events: readonly Line[], stderr: string): string {
  const failures = events.filter(({ type }) =>
    ['attempt-failed', 'task-asked', 'task-skipped', 'run-ended'].includes(type),
  );
  return [stderr, ...failures.map((line) => JSON.stringify(line))].join('\n');
}

function parseLine(line: string): Line | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && 'type' in parsed ? (parsed as Line) : null;
  } catch {
    return null;
  }
}
