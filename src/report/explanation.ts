/** What a person is told when something went otherwise than asked: what happened, why, and what to type next. */
export type Explanation = { readonly what: string; readonly why: string; readonly next: string };

/** An expected refusal, with the exit code that says so to a script. Absent: 2, usage or plan. */
export type Refusal = Explanation & { readonly exit?: ExitCode };

/** Every way in which the program ends; `exit-code.ts` says what each means. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130 | 143;
