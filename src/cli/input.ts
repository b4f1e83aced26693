import type { Input } from './world-port.ts';

/** The word that the table of commands makes sure of; a command that asks for another name is our bug. */
export function word({ args }: Input, name: string): string {
  const value = args[name];
  if (typeof value !== 'string') throw new Error(`No argument ${name} in the table of commands`);
  return value;
}

export const optionalWord = ({ args }: Input, name: string): string | null => {
  const value = args[name];
  return typeof value === 'string' ? value : null;
};

export const words = ({ args }: Input, name: string): readonly string[] => {
  const value = args[name];
  return typeof value === 'string' ? [value] : (value ?? []);
};

export const text = ({ options }: Input, name: string): string | null => {
  const value = options[name];
  return typeof value === 'string' ? value : null;
};

export const isSet = ({ options }: Input, name: string): boolean => options[name] === true;

/** A number that the parser has already accepted. */
export const count = (input: Input, name: string): number | null => {
  const value = text(input, name);
  return value === null ? null : Number(value);
};

/** Milliseconds of `90s`, `30m`, `2h`, `1d`, `500ms`, or of a bare number of seconds; null when it is none of these. */
export function milliseconds(written: string): number | null {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(written.trim());
  if (found === null) return null;
  return Number(found[1]) * (UNITS[found[2] ?? 's'] ?? 1000);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
