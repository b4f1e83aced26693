import { mkdir, readdir, rm } from 'node:fs/promises';
import type { Hub } from './hub.ts';
import { fromText } from './safe-fs.ts';
import type { SlotFolder } from './slot-record.ts';
import { TrashBag } from './trash.ts';

/** TMPDIR and HOME start empty; what the last attempt left there is kept in the trash. */
export async function renewPrivate(hub: Hub, folder: SlotFolder): Promise<void> {
  const trash = new TrashBag(hub, `tmp and home of slot ${folder.number}`);
  for (const name of ['tmp', 'home'] as const) {
    const left = await readdir(folder[name]).catch(() => null);
    if (left?.length === 0) continue;
    if (left !== null) await trash.take(folder.dir, fromText(name));
    else await rm(folder[name], { force: true });
    await mkdir(folder[name], { recursive: true, mode: 0o700 });
  }
}
