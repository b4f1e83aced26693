/**
 * An agent that plays a recorded conversation: it prints what the real one printed, and waits where the real one waited.
 * Its recording is the file that REPLAY names, one JSON object a line:
 *
 *   {"<": message}            print it
 *   {"<text": "line"}         print this line as it is
 *   {"<err": "text"}          print this on standard error
 *   {">": pattern}            wait for a line of input that fits; it is used up
 *   {"when": pattern, "<": [message, …]}   from now on, answer each line that fits at once
 *   {"eof": true}             wait for the end of input
 *   {"hang": true}            do nothing any more
 *   {"exit": code}
 *
 * A pattern fits an object that has its fields, whatever else it has; a list has to fit item by item. `"$name"` in a
 * pattern fits anything and keeps it (or, once kept, fits only that); in a message it is what was kept. `$CWD`
 * is the working directory, also within texts. What was given to it on its command line and its input is written to
 * the file that REPLAY_HEARD names, one JSON value a line.
 */
import { appendFileSync, readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

type Step = Readonly<Record<string, unknown>>;
type Rule = { readonly pattern: unknown; readonly answers: readonly unknown[] };

const recording = process.env['REPLAY'] ?? '';
const heardFile = process.env['REPLAY_HEARD'];
const kept = new Map<string, unknown>();
const rules: Rule[] = [];
const unread: unknown[] = [];
let isAtEnd = false;
let wake = (): void => undefined;

const note = (value: unknown): void => {
  if (heardFile !== undefined) appendFileSync(heardFile, `${JSON.stringify(value)}\n`);
};

const isObject = (value: unknown): value is Step => typeof value === 'object' && value !== null;

const fits = (pattern: unknown, value: unknown, found: Map<string, unknown>): boolean => {
  if (typeof pattern === 'string' && /^\$\w+$/.test(pattern) && pattern !== '$CWD') {
    const before = kept.get(pattern) ?? found.get(pattern);
    if (before !== undefined) return before === value;
    found.set(pattern, value);
    return true;
  }
  if (!isObject(pattern)) return (typeof pattern === 'string' ? filled(pattern, found) : pattern) === value;
  if (!isObject(value)) return false;
  return Object.entries(pattern).every(([name, part]) => fits(part, value[name], found));
};

const filled = (value: unknown, found: ReadonlyMap<string, unknown>): unknown => {
  if (typeof value === 'string')
    return found.get(value) ?? kept.get(value) ?? value.replaceAll('$CWD', () => process.cwd());
  if (Array.isArray(value)) return value.map((one) => filled(one, found));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part, found)]));
};

const print = (text: string, to = 1): void => {
  const bytes = Buffer.from(`${text}\n`);
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(to, bytes, from);
    } catch (error) {
      // A pipe that is full for now is tried again; one that nobody reads any more ends us, as it would anybody.
      if (!isObject(error) || error['code'] !== 'EAGAIN') process.exit(1);
    }
  }
};

const say = (message: unknown, found: ReadonlyMap<string, unknown> = new Map()): void =>
  print(JSON.stringify(filled(message, found)));

const hear = (line: string): void => {
  const value: unknown = JSON.parse(line);
  note(value);
  for (const { pattern, answers } of rules) {
    const found = new Map<string, unknown>();
    if (!fits(pattern, value, found)) continue;
    for (const answer of answers) say(answer, found);
    return;
  }
  unread.push(value);
  wake();
};

const change = (): Promise<void> =>
  new Promise((resolve) => {
    wake = resolve;
  });

const awaitLine = async (pattern: unknown): Promise<void> => {
  for (;;) {
    for (const value of unread) {
      const found = new Map<string, unknown>();
      if (!fits(pattern, value, found)) continue;
      unread.splice(unread.indexOf(value), 1);
      for (const [name, what] of found) kept.set(name, what);
      return;
    }
    if (isAtEnd) process.exit(9);
    await change();
  }
};

const play = async (step: Step): Promise<void> => {
  if ('when' in step) rules.push({ pattern: step['when'], answers: Array.isArray(step['<']) ? step['<'] : [] });
  else if ('<' in step) say(step['<']);
  else if ('<text' in step) print(String(step['<text']));
  else if ('<err' in step) print(String(step['<err']), 2);
  else if ('>' in step) await awaitLine(step['>']);
  else if ('exit' in step) process.exit(Number(step['exit']));
  else if ('eof' in step) while (!isAtEnd) await change();
  else if ('hang' in step) await new Promise<never>(() => setInterval(() => undefined, 60_000));
};

if (process.argv.includes('--version')) {
  print(process.env['REPLAY_VERSION'] ?? '0.0.0');
  process.exit(0);
}
note(process.argv.slice(2));
createInterface({ input: process.stdin })
  .on('line', hear)
  .on('close', () => {
    isAtEnd = true;
    wake();
  });
const steps = readFileSync(recording, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line): Step => JSON.parse(line));
for (const step of steps) await play(step);
process.exit(0);
