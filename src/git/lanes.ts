import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';

/** One command for a lane: where it runs, what its environment has besides the lane's own, and its words. */
export type LaneCommand = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
};
export type LaneAnswer = { readonly code: number | null; readonly stdout: Buffer; readonly stderr: Buffer };

/**
 * What a lane runs. Words come in as lines and go out as positional parameters: they are never part of the program, so
 * that nothing in them can mean anything to the shell. Each answer is followed by a mark that only we know.
 */
const PROGRAM = `
while IFS= read -r mark <&3; do
  IFS= read -r dir <&3
  IFS= read -r count <&3
  set --
  while [ "$count" -gt 0 ]; do
    IFS= read -r word <&3
    set -- "$@" "$word"
    count=$((count - 1))
  done
  (
    cd "$dir" || exit 128
    while [ "$1" != -- ]; do export "$1"; shift; done
    shift
    exec "$@" 3<&-
  ) </dev/null
  printf '%s %s\\n' "$mark" "$?"
  printf '%s\\n' "$mark" >&2
done`;

const LANES_MAX = 8;
const EMPTY = Buffer.alloc(0);

type Waiting = { readonly command: LaneCommand; readonly answer: (answer: LaneAnswer) => void };

/**
 * Starts processes through a few tiny shells. Starting one from Node stops our whole process for as long as the kernel
 * needs to copy its page tables, some milliseconds each; a shell of a megabyte needs a tenth of that, beside us.
 */
export class Lanes {
  readonly #env: Readonly<Record<string, string>>;
  readonly #lanes = new Set<Lane>();
  readonly #waiting: Waiting[] = [];

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** Whether a command can be given to a lane at all: lines end where a word has a line break. */
  static takes({ cwd, env, words }: LaneCommand): boolean {
    return ![cwd, ...Object.values(env), ...words].some((word) => /[\n\0]/.test(word));
  }

  run(command: LaneCommand): Promise<LaneAnswer> {
    return new Promise((answer) => {
      this.#waiting.push({ command, answer });
      this.#next();
    });
  }

  /** Ends the shells once they have nothing to do, and waits until they are gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#lanes].map((lane) => lane.close()));
    this.#lanes.clear();
  }

  #next(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    const lane = [...this.#lanes].find(({ isFree }) => isFree) ?? this.#another();
    if (lane === null) return;
    this.#waiting.shift();
    void lane.run(first.command).then((answer) => {
      if (lane.isGone) this.#lanes.delete(lane);
      first.answer(answer);
      this.#next();
    });
  }

  #another(): Lane | null {
    if (this.#lanes.size >= LANES_MAX) return null;
    const lane = new Lane(this.#env);
    this.#lanes.add(lane);
    return lane;
  }
}

type Running = { readonly mark: string; readonly done: (answer: LaneAnswer) => void };

/** One shell. It ends by itself when our end of its third pipe closes, however that happens. */
class Lane {
  readonly #child: ChildProcess;
  readonly #orders: Writable | null;
  readonly #gone: Promise<void>;
  #running: Running | null = null;
  #stdout: Buffer[] = [];
  #stderr: Buffer[] = [];
  isGone = false;

  constructor(env: Readonly<Record<string, string>>) {
    // In a session of its own: a Ctrl-C in our terminal is for us to act upon.
    this.#child = spawn('sh', ['-c', PROGRAM], {
      cwd: '/',
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#orders = this.#child.stdio[3] as Writable | null;
    this.#orders?.on('error', () => undefined);
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#hear(this.#stdout, chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#hear(this.#stderr, chunk));
    this.#gone = new Promise((resolve) => {
      const lost = (): void => {
        this.isGone = true;
        this.#settle(null, EMPTY, Buffer.from('the shell that starts git was ended'));
        resolve();
      };
      this.#child.once('close', lost);
      this.#child.once('error', lost);
    });
    this.#hold(false);
  }

  get isFree(): boolean {
    return this.#running === null && !this.isGone;
  }

  run({ cwd, env, words }: LaneCommand): Promise<LaneAnswer> {
    const mark = randomBytes(16).toString('hex');
    const all = [...Object.entries(env).map(([name, value]) => `${name}=${value}`), '--', ...words];
    return new Promise((done) => {
      this.#running = { mark, done };
      this.#hold(true);
      this.#orders?.write(`${[mark, cwd, all.length, ...all].join('\n')}\n`);
    });
  }

  async close(): Promise<void> {
    if (this.isGone) return;
    this.#hold(true);
    this.#orders?.end();
    await this.#gone;
  }

  #hear(heard: Buffer[], chunk: Buffer): void {
    heard.push(chunk);
    if (this.#running === null) return;
    const { mark } = this.#running;
    const stderr = before(this.#stderr, `${mark}\n`);
    if (stderr === null) return;
    const stdout = before(this.#stdout, mark);
    const code = stdout === null ? null : /^ (\d+)\n$/.exec(stdout.rest)?.[1];
    if (stdout === null || code === null || code === undefined) return;
    this.#settle(Number(code), stdout.front, stderr.front);
  }

  #settle(code: number | null, stdout: Buffer, stderr: Buffer): void {
    const running = this.#running;
    this.#running = null;
    [this.#stdout, this.#stderr] = [[], []];
    this.#hold(false);
    running?.done({ code, stdout, stderr });
  }

  /** An idle shell does not keep our process alive; one at work does. */
  #hold(isBusy: boolean): void {
    const verb = isBusy ? 'ref' : 'unref';
    this.#child[verb]();
    for (const stream of [this.#orders, this.#child.stdout, this.#child.stderr])
      (stream as Referenced | null)?.[verb]?.();
  }
}

/** Pipes of a child are sockets, which its declared type does not know. */
type Referenced = { ref?: () => unknown; unref?: () => unknown };

/** What was heard before a mark, which can only stand near its end; null: the mark has not come yet. */
function before(heard: Buffer[], mark: string): { readonly front: Buffer; readonly rest: string } | null {
  const last = heard.at(-1);
  if (last === undefined) return null;
  // The mark may have come in two pieces; only then is everything put together before its end.
  if (last.length < mark.length + 8 && heard.length > 1) heard.splice(0, heard.length, Buffer.concat(heard));
  const end = heard.at(-1) ?? EMPTY;
  const at = end.lastIndexOf(mark);
  if (at < 0) return null;
  const front = Buffer.concat([...heard.slice(0, -1), end.subarray(0, at)]);
  return { front, rest: end.toString('latin1', at + mark.length) };
}
