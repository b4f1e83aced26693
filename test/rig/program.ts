import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { built } from './build.ts';

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
};

export type Launch = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Standard input; null: none. */
  readonly input: string | null;
};

/** The path of the built program, made once per state of the sources. */
export const builtProgram = (): Promise<string> => built('src/main.ts', ['src']);

/** A process under way: its lines can be waited for, and it can be signalled. */
export class Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  readonly #events: Line[] = [];
  readonly #watchers = new Set<() => void>();
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
      if (this.#over) throw new Error(`The program ended and never printed that line.\n${await this.#told()}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  sawType(type: string, task?: string): Promise<Line> {
    return this.saw((line) => line.type === type && (task === undefined || line['task'] === task));
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async #told(): Promise<string> {
    const { code, signal, stdout, stderr } = await this.done;
    return `exit ${code ?? signal}\n${stdout}\n${stderr}`;
  }

  async #collect(): Promise<Ran> {
    let stdout = '';
    let stderr = '';
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        stdout += `${line}\n`;
        const parsed = parseLine(line);
        if (parsed !== null) this.#events.push(parsed);
        this.#tell();
      });
    }
    const [code, signal] = (await once(this.child, 'close')) as [number | null, string | null];
    this.#over = true;
    this.#tell();
    return { code, signal, stdout, stderr, events: this.#events };
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
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
