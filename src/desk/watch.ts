import { type FSWatcher, statSync, watch } from 'node:fs';

/** How often a folder is looked at while the system tells of changes, and while it does not. */
export type Pace = { readonly sighted_ms: number; readonly blind_ms: number };

/**
 * Calls `onChange` when something in a folder may have changed: as the system tells, and now and then all the same, since
 * it does not tell of everything (network folders, a folder made anew, no watches left). Keeps no process alive.
 */
export class FolderWatch {
  readonly #folder: string;
  readonly #onChange: () => void;
  readonly #pace: Pace;
  #watcher: FSWatcher | null = null;
  #present: Present | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(folder: string, pace: Pace, onChange: () => void) {
    this.#folder = folder;
    this.#pace = pace;
    this.#onChange = onChange;
    this.#present = this.#glance();
    this.#watchAnew();
    this.#comeBack();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#loseSight();
  }

  /** While the system tells, one glance at the folder itself is enough; a look into it costs fifty times as much. */
  #tick(): void {
    const before = this.#present;
    this.#present = this.#glance();
    const isReplaced = before?.folder !== this.#present?.folder;
    if (this.#watcher === null || isReplaced) this.#watchAnew();
    this.#comeBack();
    const isChanged = isReplaced || before?.changed !== this.#present?.changed;
    if (isChanged || this.#watcher === null) this.#onChange();
  }

  #comeBack(): void {
    const { sighted_ms, blind_ms } = this.#pace;
    this.#timer = setTimeout(() => this.#tick(), this.#watcher === null ? blind_ms : sighted_ms).unref();
  }

  #watchAnew(): void {
    this.#loseSight();
    if (this.#present === null) return;
    try {
      const watcher = watch(this.#folder, { persistent: false });
      watcher.on('change', () => this.#onChange());
      watcher.on('error', () => this.#loseSight());
      this.#watcher = watcher;
    } catch (error) {
      // No watches are left, or the folder has just gone: looking now and then has to do.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }

  #loseSight(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #glance(): Present | null {
    try {
      const { ino, mtimeNs } = statSync(this.#folder, { bigint: true });
      return { folder: ino, changed: mtimeNs };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return null;
    }
  }
}

/** Which folder has the name at this moment: one that was removed and made again has the same name. */
type Present = { readonly folder: bigint; readonly changed: bigint };
