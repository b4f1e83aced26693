import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STATES } from '../../../test/rig/made-up-run.ts';
import { SYSTEMS, wordFor } from '../../core/state-words.ts';

test('the words for states in the documentation are those that are said', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/formats.md'), 'utf8');
  for (const state of STATES) {
    expect(text).toContain(`| ${state} | ${SYSTEMS.map((system) => wordFor(system, state)).join(' | ')} |\n`);
  }
});
