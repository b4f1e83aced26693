/** What the engine asks of its spawner, one JSON object a line. */
export type SpawnerRequest =
  | ({ readonly do: 'start' } & StartRequest)
  /** The engine has seen the whole tree gone: nothing of it needs ending any more. */
  | { readonly do: 'forget'; readonly id: number };

export type StartRequest = {
  readonly id: number;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | null;
  readonly log: string;
  readonly mark: string;
  /** Path of a Unix socket that becomes standard input and output; null: `stdin` and `log`. */
  readonly socket: string | null;
};

/** What the spawner tells the engine. `size` is the log's length in bytes. */
export type SpawnerNote =
  | { readonly is: 'started'; readonly id: number; readonly pid: number; readonly startTime: string }
  | { readonly is: 'refused'; readonly id: number; readonly code: string }
  | { readonly is: 'grew'; readonly id: number; readonly size: number }
  | {
      readonly is: 'exited';
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly size: number;
    };

/**
 * The spawner: a process that starts other processes, so that the engine does not have to. Starting one blocks the
 * parent for as long as the kernel needs to copy its page tables (1 ms at 44 MB, 4 ms at 150 MB, 10 ms at 300 MB);
 * the spawner stays small. It is also what makes agents die with their host: its standard input ends when the
 * engine is gone, however that happened, and then it kills everything it started and ends.
 *
 * Its source text is handed to `node --eval`, so that it needs no file of its own in the package: the body must not
 * refer to anything outside itself.
 */
export const spawnerProgram = (load: NodeJS.Require): void => {
  const { spawn, spawnSync } = load('node:child_process') as typeof import('node:child_process');
  const fs = load('node:fs') as typeof import('node:fs');
  const net = load('node:net') as typeof import('node:net');
  const path = load('node:path') as typeof import('node:path');
  type Child = { readonly mark: string; readonly log: number; pid: number; size: number; running: boolean };
  const children = new Map<number, Child>();
  const poll_ms = 250;
  let timer: NodeJS.Timeout | undefined;

  const tell = (note: SpawnerNote): void => {
    process.stdout.write(`${JSON.stringify(note)}\n`);
  };
  const attempt = <T>(action: () => T, otherwise: T): T => {
    try {
      return action();
    } catch {
      return otherwise;
    }
  };
  const errorCode = (error: unknown): string =>
    error instanceof Error && 'code' in error ? String(error.code) : String(error);

  const startTimeOf = (pid: number): string => {
    if (process.platform !== 'linux')
      return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
    const stat = attempt(() => fs.readFileSync(`/proc/${pid}/stat`, 'latin1'), '');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  };

  const reportGrowth = (id: number, child: Child): void => {
    const size = attempt(() => fs.fstatSync(child.log).size, child.size);
    if (size === child.size) return;
    child.size = size;
    tell({ is: 'grew', id, size });
  };
  const watchLogs = (): void => {
    timer ??= setInterval(() => {
      for (const [id, child] of children) if (child.running) reportGrowth(id, child);
    }, poll_ms);
  };

  const launch = (request: StartRequest, stdio: import('node:child_process').StdioOptions, log: number): void => {
    const { id, argv, cwd, mark } = request;
    const env = { ...request.env, BRANCHLINE_MARK: mark };
    const process_ = spawn(argv[0] ?? '', argv.slice(1), { cwd, env, stdio, detached: true });
    process_.once('error', (error) => {
      children.delete(id);
      tell({ is: 'refused', id, code: errorCode(error) });
    });
    if (process_.pid === undefined) return;
    const child: Child = { mark, log, pid: process_.pid, size: 0, running: true };
    children.set(id, child);
    tell({ is: 'started', id, pid: child.pid, startTime: startTimeOf(child.pid) });
    process_.once('exit', (code, signal) => {
      reportGrowth(id, child);
      child.running = false;
      tell({ is: 'exited', id, code, signal, size: child.size });
    });
    watchLogs();
  };

  const start = (request: StartRequest): void => {
    const opened: number[] = [];
    const open = (file: string, flags: number): number => {
      const descriptor = fs.openSync(file, flags, 0o600);
      opened.push(descriptor);
      return descriptor;
    };
    const refuse = (error: unknown): void => {
      for (const descriptor of opened) fs.closeSync(descriptor);
      tell({ is: 'refused', id: request.id, code: errorCode(error) });
    };
    const { O_CREAT, O_RDWR, O_TRUNC, O_APPEND, O_NOFOLLOW, O_RDONLY } = fs.constants;
    try {
      // Without this a missing directory would look like a missing program.
      if (!attempt(() => fs.statSync(request.cwd).isDirectory(), false))
        throw Object.assign(new Error(request.cwd), { code: 'ENOCWD' });
      fs.mkdirSync(path.dirname(request.log), { recursive: true });
      // Appending is what lets the log be cut short while the child still writes straight into it.
      const log = open(request.log, O_CREAT | O_RDWR | O_TRUNC | O_APPEND | O_NOFOLLOW);
      if (request.socket === null) {
        const input = open(request.stdin ?? '/dev/null', O_RDONLY);
        launch(request, [input, log, log], log);
        fs.closeSync(input);
        return;
      }
      const socket = net.connect(request.socket);
      socket.once('error', refuse);
      socket.once('connect', () => {
        try {
          launch(request, [socket, socket, log], log);
        } catch (error) {
          refuse(error);
        }
        socket.destroy();
      });
    } catch (error) {
      refuse(error);
    }
  };

  const forget = (id: number): void => {
    const child = children.get(id);
    if (child === undefined) return;
    children.delete(id);
    fs.closeSync(child.log);
    if (children.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  /** Ends every process that still carries a mark of ours; true when there was none. */
  const killMarked = (marks: readonly Buffer[]): boolean => {
    let none = true;
    for (const name of attempt(() => fs.readdirSync('/proc'), [])) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      const environ = attempt(() => fs.readFileSync(`/proc/${name}/environ`), Buffer.alloc(0));
      if (!marks.some((mark) => environ.includes(mark))) continue;
      none = false;
      attempt(() => process.kill(Number(name), 'SIGKILL'), false);
    }
    return none;
  };
  const endEverything = (): void => {
    for (const { pid } of children.values()) attempt(() => process.kill(-pid, 'SIGKILL'), false);
    const marks = [...children.values()].map(({ mark }) => Buffer.from(`BRANCHLINE_MARK=${mark}\0`));
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let round = 0; round < 100 && marks.length > 0 && !killMarked(marks); round++) Atomics.wait(pause, 0, 0, 5);
    process.exit(0);
  };

  let rest = '';
  process.title = 'branchline-spawner';
  // A write to an engine that is gone fails here first; the end of standard input, just behind it, says what to do.
  process.stdout.on('error', () => undefined);
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const request = JSON.parse(line) as SpawnerRequest;
      if (request.do === 'start') start(request);
      else forget(request.id);
    }
  });
  process.stdin.once('end', endEverything);
  process.stdin.once('error', endEverything);
};
