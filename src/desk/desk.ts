import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Desk, DeskNote, Desks } from '../core/ports/desk.ts';
import { visible } from '../core/visible.ts';
import { LINE_CHARS_MAX, progressIn, questionIn, reportIn } from './content.ts';
import { codeOf, isFolder, lay, lookAt, NAMES_MAX, namesIn, readText } from './files.ts';
import { type FileKind, fileName, isUnfinished, PROGRESS, parseName } from './names.ts';
import { FolderWatch } from './watch.ts';

/** Times of a desk, so that a test need not wait for them. */
export type DeskTimes = {
  /** Least time between two looks; a file counts once it has stayed as it is for so long. */
  readonly rest_ms: number;
  readonly sighted_ms: number;
  readonly blind_ms: number;
  /** Least time between two tellings of progress. */
  readonly progress_ms: number;
};

const TIMES: DeskTimes = { rest_ms: 100, sighted_ms: 5_000, blind_ms: 500, progress_ms: 1_000 };

/** More of one kind is no work but a loop. */
const NOTES_MAX = 100;
/** Files that one look may read; the next look goes on. */
const FILES_A_LOOK = 128;
/** Names for which one more rest is taken. */
const NAMES_A_REST = 100;
/** Looks after which a file that stays empty is taken for what it is: somebody may be slow to fill it. */
const EMPTY_LOOKS = 20;

/** Desks as folders of this machine. */
export const createDesks = (times: Partial<DeskTimes> = {}): Desks => ({
  open: async (folder, on) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const desk = new FolderDesk(folder, on, { ...TIMES, ...times });
    await desk.begin();
    return desk;
  },
});

/** What is known of a name: how often it has looked the same, and whether it needs no further look. */
type Seen = { readonly stamp: string; readonly looks: number; readonly isOver: boolean };
const OVER: Seen = { stamp: '', looks: 0, isOver: true };

type DeskFile = { readonly name: string; readonly number: number; readonly kind: FileKind };

class FolderDesk implements Desk {
  readonly #folder: string;
  readonly #on: (note: DeskNote) => void;
  readonly #times: DeskTimes;
  readonly #seen = new Map<string, Seen>();
  readonly #counts = new Map<string, number>();
  #watch: FolderWatch | null = null;
  #looking: Promise<void> | null = null;
  #rest: NodeJS.Timeout | null = null;
  #again = false;
  #size = 0;
  #closed = false;
  /** How far it had come when that was last told; what lies there at the beginning belongs to an earlier time. */
  #progress: string | null = null;
  #progressRests: NodeJS.Timeout | null = null;

  constructor(folder: string, on: (note: DeskNote) => void, times: DeskTimes) {
    this.#folder = folder;
    this.#on = on;
    this.#times = times;
  }

  /** Reports, deliveries and progress of an earlier time are history; questions are as good as ever. */
  async begin(): Promise<void> {
    for (const name of await namesIn(this.#folder)) {
      const kind = parseName(name)?.kind;
      if (kind === 'done' || kind === 'delivered') this.#seen.set(name, OVER);
    }
    this.#progress = (await lookAt(join(this.#folder, PROGRESS)))?.stamp ?? null;
    this.#watch = new FolderWatch(this.#folder, this.#times, () => this.#wake());
    await this.#run(async () => {
      await this.#look();
      // What was there counts from the second look on, as everything does.
      if (this.#again) await new Promise((resolve) => setTimeout(resolve, this.#times.rest_ms));
      if (this.#again) await this.#look();
    });
  }

  async answer(number: number, text: string): Promise<boolean> {
    const name = fileName(number, 'answer');
    if (await this.#lay(name, text)) return true;
    const there = await readText(join(this.#folder, name));
    return there.is === 'text' && there.text === text;
  }

  async deliver(number: number): Promise<boolean> {
    // An agent without our tools says that it has an answer by an empty file of its own.
    if ((await lookAt(join(this.#folder, fileName(number, 'done'))))?.isEmpty) return false;
    return (await this.#lay(fileName(number, 'delivered'), '')) || !(await this.#has(number, 'delivered'));
  }

  /** False: something lies there, or nothing can be laid there, whatever the reason. */
  async #lay(name: string, text: string): Promise<boolean> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      return (await isFolder(this.#folder)) && (await lay(this.#folder, name, text));
    } catch (error) {
      codeOf(error);
      return false;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watch?.close();
    for (const timer of [this.#rest, this.#progressRests]) if (timer !== null) clearTimeout(timer);
    await this.#looking;
  }

  #wake(): void {
    this.#again = true;
    if (!this.#closed && this.#looking === null && this.#rest === null) void this.#run(() => this.#look());
  }

  /** One look at a time, and a rest after each: whoever changes files all the time costs no more than that. */
  #run(work: () => Promise<void>): Promise<void> {
    this.#looking = work().finally(() => {
      this.#looking = null;
      if (this.#closed) return;
      this.#rest = setTimeout(() => {
        this.#rest = null;
        if (this.#again) this.#wake();
      }, this.#restAfterLook()).unref();
    });
    return this.#looking;
  }

  /** The more there is to look at, the longer the rest, so that a look never takes a part of the time worth naming. */
  #restAfterLook(): number {
    return this.#times.rest_ms * (1 + Math.floor(this.#size / NAMES_A_REST));
  }

  async #look(): Promise<void> {
    this.#again = false;
    const names = new Set(await namesIn(this.#folder));
    this.#size = names.size;
    if (names.size === NAMES_MAX) this.#noise('*', `are ${NAMES_MAX} or more files`);
    const fresh = this.#sorted(names);
    for (const file of fresh.slice(0, FILES_A_LOOK)) await this.#lookAt(file);
    if (fresh.length > FILES_A_LOOK) this.#again = true;
    if (names.has(PROGRESS)) await this.#lookAtProgress();
  }

  /** Files of the protocol that were not dealt with yet, questions first. What else there is becomes noise. */
  #sorted(names: ReadonlySet<string>): readonly DeskFile[] {
    const files: DeskFile[] = [];
    for (const name of names) {
      const parsed = parseName(name);
      if (parsed !== null && parsed.kind !== 'answer') files.push({ name, ...parsed });
      else if (parsed === null && name !== PROGRESS && !isUnfinished(name)) this.#noise(name, 'is no file of a desk');
    }
    return files
      .filter(({ name }) => !this.#seen.get(name)?.isOver)
      .sort((a, b) => Number(b.kind === 'question') - Number(a.kind === 'question') || a.number - b.number);
  }

  async #lookAt(file: DeskFile): Promise<void> {
    const path = join(this.#folder, file.name);
    const there = await lookAt(path);
    if (there === null || this.#closed) return;
    const before = this.#seen.get(file.name);
    const looks = before?.stamp === there.stamp ? before.looks + 1 : 1;
    const isWanting = there.isEmpty && file.kind !== 'done' && file.kind !== 'delivered';
    if (there.isFile && looks < (isWanting ? EMPTY_LOOKS : 2)) {
      this.#seen.set(file.name, { stamp: there.stamp, looks, isOver: false });
      this.#again = true;
      return;
    }
    const read = await readText(path);
    const why = read.is === 'unfit' ? read.why : read.is === 'text' ? await this.#hear(file, read.text) : null;
    if (why !== null) this.#noise(file.name, why);
    this.#seen.set(file.name, OVER);
  }

  /** Tells what a file says; or, if it says nothing, returns that. */
  async #hear({ number, kind }: DeskFile, text: string): Promise<string | null> {
    const isReceipt = kind === 'done' && text === '' && (await this.#has(number, 'question'));
    if (kind === 'delivered' || isReceipt) return this.#tell({ type: 'delivered', number });
    if (kind === 'done') return this.#tell({ type: 'done', text: reportIn(text) });
    const question = questionIn(text);
    if (question.asked.text === '') return 'says nothing';
    if (kind === 'unasked') return this.#tell({ type: 'unasked', number, asked: question.asked });
    return (await this.#has(number, 'answer')) ? null : this.#tell({ type: 'question', number, ...question });
  }

  async #has(number: number, kind: FileKind): Promise<boolean> {
    return (await lookAt(join(this.#folder, fileName(number, kind))))?.isFile === true;
  }

  async #lookAtProgress(): Promise<void> {
    const path = join(this.#folder, PROGRESS);
    const there = await lookAt(path);
    if (there === null || there.isEmpty || there.stamp === this.#progress) return;
    // Each telling becomes an entry of a journal: an agent may count as fast as it likes, and only its last word is told.
    if (this.#progressRests !== null) return;
    this.#progressRests = setTimeout(() => {
      this.#progressRests = null;
      this.#wake();
    }, this.#times.progress_ms).unref();
    this.#progress = there.stamp;
    const read = await readText(path);
    if (read.is === 'unfit') return this.#noise(PROGRESS, read.why);
    const progress = read.is === 'text' ? progressIn(read.text) : null;
    if (progress === null) return this.#noise(PROGRESS, 'tells no progress');
    if (!this.#closed) this.#on({ type: 'progress', ...progress });
  }

  #tell(note: Exclude<DeskNote, { readonly type: 'progress' | 'noise' }>): null {
    const count = (this.#counts.get(note.type) ?? 0) + 1;
    this.#counts.set(note.type, count);
    if (count > NOTES_MAX) this.#noise(`*.${note.type}`, `are more than ${NOTES_MAX}`);
    else if (!this.#closed) this.#on(note);
    return null;
  }

  /** Once for each name, and not for ever. */
  #noise(name: string, why: string): void {
    const count = this.#counts.get('noise') ?? 0;
    if (this.#closed || this.#seen.get(name)?.isOver || count >= NOTES_MAX) return;
    this.#counts.set('noise', count + 1);
    this.#seen.set(name, OVER);
    this.#on({ type: 'noise', file: visible(name).slice(0, LINE_CHARS_MAX), why });
  }
}
