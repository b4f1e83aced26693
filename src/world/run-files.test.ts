import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeWhole } from './run-files.ts';

test('many who write one file at once all succeed, and leave one of the texts whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'branchline-whole-'));
  try {
    const path = join(folder, 'report.md');
    const texts = Array.from({ length: 40 }, (_, number) => `${number}\n`.repeat(2_000));
    await Promise.all(texts.map((text) => writeWhole(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['report.md']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
