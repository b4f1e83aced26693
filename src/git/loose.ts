import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { Oid } from '../core/ports/git.ts';

const compress = promisify(deflate);

export type ObjectFormat = 'sha1' | 'sha256';

/**
 * Writes an object as git does: hashed, deflated, synced, renamed into place. A commit of ours costs no process this
 * way. The id is made from the bytes, so that whoever knows what it must be can tell.
 */
export async function writeObject(
  objects: string,
  format: ObjectFormat,
  object: { readonly type: 'commit' | 'tree' | 'blob'; readonly body: Buffer },
): Promise<Oid> {
  const content = Buffer.concat([Buffer.from(`${object.type} ${object.body.length}\0`), object.body]);
  const oid = createHash(format).update(content).digest('hex');
  const folder = join(objects, oid.slice(0, 2));
  const path = join(folder, oid.slice(2));
  if (await exists(path)) return oid;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`);
  const file = await open(temporary, 'wx', 0o444);
  try {
    await file.writeFile(await compress(content, { level: 1 }));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  return oid;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
