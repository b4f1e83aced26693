import type { Act } from '../world-port.ts';

/** One command as a person knows it. Parsing, `--help`, `docs/cli.md` and completion all come from here. */
export type CommandRow = {
  readonly name: string;
  readonly group: (typeof GROUPS)[number];
  readonly summary: string;
  /** More than one sentence needs, as plain text; empty when the summary says it all. */
  readonly details?: string;
  readonly args: readonly ArgRow[];
  readonly options: readonly OptionRow[];
  readonly examples: readonly string[];
  /** The command's code, loaded only when it is used. */
  readonly load: () => Promise<Act>;
};

/** `usage` in commander's notation: `<needed>`, `[optional]`, `[many...]`; the name inside is the key in `Input.args`. */
export type ArgRow = { readonly usage: string; readonly about: string; readonly choices?: readonly string[] };

/** `flags` in commander's notation; the long name in camel case is the key in `Input.options`. */
export type OptionRow = {
  readonly flags: string;
  readonly about: string;
  readonly kind?: 'count' | 'duration';
  readonly choices?: readonly string[];
};

export const GROUPS = ['Plans', 'Runs', 'Tasks', 'Pool', 'This machine'] as const;
