import { createInterface } from 'node:readline/promises';
import type { Flags, Io } from '../cli/world-port.ts';

/** What the terminal decides by: the process's streams and the few variables that speak of terminals. */
export type Streams = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly variables: Readonly<Record<string, string | undefined>>;
};

export function terminal({ stdin, stdout, stderr, variables }: Streams, flags: Pick<Flags, 'colour' | 'input'>): Io {
  const inCi = variables['CI'] !== undefined && variables['CI'] !== 'false' && variables['CI'] !== '';
  const dumb = variables['TERM'] === 'dumb';
  const isTTY = stderr.isTTY === true && !dumb && !inCi;
  const interactive = stdin.isTTY === true && stderr.isTTY === true && flags.input && !inCi;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTTY,
    interactive,
    get columns() {
      return stderr.columns ?? 80;
    },
    get rows() {
      return stderr.rows ?? 24;
    },
    get outColumns() {
      return stdout.columns ?? Number.POSITIVE_INFINITY;
    },
    colour: flags.colour ?? colourByEnvironment(variables, stderr.isTTY === true && !dumb),
    outColour: flags.colour ?? colourByEnvironment(variables, stdout.isTTY === true && !dumb),
    annotates: variables['GITHUB_ACTIONS'] === 'true',
    ask: (question) => (interactive ? askPerson(question, stdin, stderr) : Promise.resolve(null)),
  };
}

/** no-color.org and its counterpart: any non-empty value counts, and a wish to force wins over the terminal. */
function colourByEnvironment(variables: Streams['variables'], capable: boolean): boolean {
  if ((variables['NO_COLOR'] ?? '') !== '') return false;
  const forced = variables['FORCE_COLOR'] ?? variables['CLICOLOR_FORCE'] ?? '';
  if (forced !== '' && forced !== '0') return true;
  return capable;
}

async function askPerson(
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<string | null> {
  const lines = createInterface({ input, output });
  const gone = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
  const answer = await Promise.race([lines.question(question), gone]);
  lines.close();
  return answer;
}
