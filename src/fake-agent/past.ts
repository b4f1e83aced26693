import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a session has said and heard, kept in a file so that a later process goes on with it. */
export class Past {
  readonly #file: string;

  constructor(session: string) {
    const { BRANCHLINE_FAKE_SESSIONS: folder, HOME: home = '.' } = process.env;
    const place = folder ?? join(home, '.branchline-fake-agent');
    mkdirSync(place, { recursive: true });
    this.#file = join(place, `${session.replaceAll(/[^\w-]/g, '_')}.txt`);
  }

  /** Whether such a session was ever begun. */
  get exists(): boolean {
    return existsSync(this.#file);
  }

  get text(): string {
    return this.exists ? readFileSync(this.#file, 'utf8') : '';
  }

  /** Money that the session has cost in all its lives. */
  get usd(): number {
    return existsSync(`${this.#file}.usd`) ? Number(readFileSync(`${this.#file}.usd`, 'utf8')) : 0;
  }

  pay(usd: number): void {
    writeFileSync(`${this.#file}.usd`, String(this.usd + usd));
  }

  add(who: 'person' | 'agent', text: string): void {
    appendFileSync(this.#file, `${who}: ${text.trimEnd()}\n`);
  }
}
