import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseDriver } from '../../src/store/driver.ts';
import { thisOwner } from '../../src/store/owner.ts';
import { type OpenedStore, openStore } from '../../src/store/store.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type Opener, StoreProcess } from './place.ts';

/** Places in SQLite files. `program` is the built `store-process.ts`. */
export const sqlitePlaces =
  (program: string): Opener =>
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'branchline-store-'));
    const file = join(folder, 'state.db');
    const opened: OpenedStore[] = [];
    const started: StoreProcess[] = [];
    return {
      open: async (options = {}) => {
        const result = await openStore({ file, clock: systemClock, owner: thisOwner(), ...options });
        if (!result.ok) throw new Error(result.error.message);
        opened.push(result.value);
        return result.value;
      },
      start: (role, ...args) => {
        const child = new StoreProcess(program, [role, file, ...args]);
        started.push(child);
        return child;
      },
      block: async () => blocking(file),
      integrity: async () => integrityOf(file),
      dispose: async () => {
        for (const child of started) await child.kill();
        for (const { store } of opened) await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };

/** A connection of its own, past all of our code. */
const connect = (file: string) => {
  const driver = chooseDriver();
  if (!driver.ok) throw new Error(driver.error.message);
  return driver.value.open(file);
};

const blocking = (file: string): (() => void) => {
  const connection = connect(file);
  connection.exec('pragma busy_timeout=5000');
  connection.exec('begin immediate');
  return () => connection.close();
};

const integrityOf = (file: string): string => {
  const connection = connect(file);
  const [row] = connection.prepare('pragma integrity_check').all();
  connection.close();
  return Object.values(row as object).join();
};
