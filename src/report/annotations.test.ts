import { expect, test } from 'vitest';
import { annotations } from './annotations.ts';
import type { PlacedDiagnostic } from './diagnostic-text.ts';

const finding = (changes: Partial<PlacedDiagnostic>): PlacedDiagnostic => ({
  ...{ severity: 'error', code: 'needs-unknown', file: 'plans/a.yaml', line: 12, col: 7 },
  ...{ what: 'There is no task db', why: 'api needs it', next: 'Add it', ...changes },
});

test('each finding is a workflow command with its place, and a note is a notice', () => {
  const text = annotations([finding({}), finding({ severity: 'warning' }), finding({ severity: 'note', line: null })]);
  expect(text.split('\n')).toEqual([
    '::error file=plans/a.yaml,line=12,col=7,title=needs-unknown::There is no task db%0Aapi needs it%0AAdd it',
    '::warning file=plans/a.yaml,line=12,col=7,title=needs-unknown::There is no task db%0Aapi needs it%0AAdd it',
    '::notice file=plans/a.yaml,title=needs-unknown::There is no task db%0Aapi needs it%0AAdd it',
    '',
  ]);
});

test('nothing in a plan can begin a workflow command of its own', () => {
  const text = annotations([finding({ file: 'a,b:c.yaml', what: '100 %\r\n::error::planted', why: null, next: null })]);
  expect(text).toBe('::error file=a%2Cb%3Ac.yaml,line=12,col=7,title=needs-unknown::100 %25%0D%0A::error::planted\n');
});
