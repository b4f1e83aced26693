import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlan } from '../../plans/read.ts';
import type { Draft, DraftTask } from '../draft.ts';
import { importPlan } from '../import-plan.ts';
import type { Source } from '../source.ts';
import { tracks } from './read.ts';

const around = { installed: ['claude'] };
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const source = (text: string, path = 'tracks.md'): Source => ({ path, isFolder: false, files: [{ path, text }] });
const imported = (text: string) => importPlan(source(text), { around });

/** Values without their places. */
const plain = ({ name, state, values }: DraftTask): Record<string, unknown> => ({
  name,
  state,
  ...Object.fromEntries(Object.entries(values).map(([field, sourced]) => [field, sourced?.value])),
});

const draftOf = (text: string): Draft => {
  const { draft, diagnostics } = tracks.read(source(text));
  if (draft === null) throw new Error(diagnostics.map(({ what }) => what).join('; '));
  return draft;
};
const taskOf = (text: string) => draftOf(text).tasks.map(plain)[0];
const faultsOf = (text: string) =>
  imported(text).diagnostics.map(({ severity, line, what }) => `${severity} ${line}: ${what}`);
const missingOf = (text: string) =>
  draftOf(text).missing.map(({ task, field, at }) => `${task}: ${field} (${at.line})`);
const leftOf = (text: string) => draftOf(text).left.map(({ what, at }) => `${at.line}: ${what}`);

/** One track of code with everything that a track has to have, and other lines on top. */
const track = (...lines: string[]): string => {
  const own = ['Handover: h.md', 'Soldiers: A1', 'CAN touch: api/a.ts', 'CANNOT touch: db/*', 'Issues: #1'];
  const said = new Set(lines.map((line) => line.split(':')[0]));
  const all = [...own.filter((line) => !said.has(line.split(':')[0])), ...lines];
  return ['- Track A — API', ...all.map((line) => `- ${line}`)].join('\n');
};

const AUDIT_LOG = [
  {
    name: 'Track A',
    state: 'open',
    title: 'API',
    brief: { file: 'docs/h/api.md' },
    steps: ['A1', 'A2', 'A3'],
    scope: { may: ['api/routes/**', 'api/mw/audit.ts'], 'may-not': ['db/**', 'ui/**'] },
    issues: ['#11', '#12'],
  },
  {
    name: 'Track B',
    state: 'open',
    title: 'Study',
    brief: { file: 'docs/h/study.md' },
    steps: ['B1'],
    needs: ['Track A'],
    kind: 'research',
    'no-change': 'The track names no artifact: its findings are in its report',
    issues: ['#14'],
  },
  {
    name: 'Track C',
    state: 'open',
    title: 'Admin UI',
    brief: { file: 'docs/h/ui.md' },
    steps: ['C1', 'C2'],
    needs: ['Track A'],
    scope: { may: ['ui/admin/audit/**'], 'may-not': ['api/**', 'db/**'] },
    issues: ['#20', '#21', '#22'],
  },
];

test.each(['table.md', 'list.md', 'nested.md', 'sections.md'])(
  'the same three tracks as %s are the same tasks (U1)',
  (name) => {
    const draft = draftOf(fixture(name));
    expect(draft.tasks.map(plain)).toEqual(AUDIT_LOG);
    expect(draft.name?.value).toBe('Audit log');
    expect(draft.missing).toEqual([]);
    expect(draft.left).toEqual([]);
    expect(imported(fixture(name))).toMatchObject({ format: 'tracks', diagnostics: [] });
  },
);

test('a table of tracks becomes a plan that says where each value came from', () => {
  const { plan } = imported(fixture('table.md'));
  const read = readPlan(plan ?? '', 'plan.yaml', around).plan;
  expect(plan).toContain('title: "Track A: API" # from tracks.md:5');
  expect(plan).toContain('api/routes/*, db/*, ui/* means everything below; from tracks.md:5');
  expect(read?.tasks.map(({ id, title, needs, kind }) => ({ id, title, needs, kind }))).toEqual([
    { id: 'track-a', title: 'Track A: API', needs: [], kind: 'code' },
    { id: 'track-b', title: 'Track B: Study', needs: ['track-a'], kind: 'research' },
    { id: 'track-c', title: 'Track C: Admin UI', needs: ['track-a'], kind: 'code' },
  ]);
});

test('three tracks of which only the paths are told are read, and what is not told is reported', () => {
  const { draft, plan, diagnostics } = imported(fixture('worked-example.md'));
  expect(diagnostics).toEqual([]);
  expect(plan).not.toBeNull();
  expect(draft?.tasks.map(plain)).toEqual([
    {
      ...{ name: 'Track 1', state: 'open', title: 'API surface' },
      scope: { may: ['api/routes/**', 'api/middleware/audit.ts'], 'may-not': ['db/**', 'ui/**'] },
    },
    {
      ...{ name: 'Track 2', state: 'open', title: 'persistence' },
      scope: { may: ['db/migrations/**', 'db/models/audit_log.ts'], 'may-not': ['api/**', 'ui/**'] },
    },
    {
      ...{ name: 'Track 3', state: 'open', title: 'admin UI' },
      scope: { may: ['ui/admin/audit/**'], 'may-not': ['api/**', 'db/**'] },
    },
  ]);
  expect(draft?.missing.map(({ task, field, at }) => `${task} ${field} ${at.line}`)).toEqual([
    'Track 1 Handover doc 3',
    'Track 1 Soldiers 3',
    'Track 1 Issues 3',
    'Track 2 Handover doc 6',
    'Track 2 Soldiers 6',
    'Track 2 Issues 6',
    'Track 3 Handover doc 9',
    'Track 3 Soldiers 9',
    'Track 3 Issues 9',
  ]);
});

test('bullets that are no Markdown are tracks as well as those that are', () => {
  const text = fixture('worked-example.md').replace(/^- /gm, '• ');
  expect(draftOf(text).tasks.map(plain)).toEqual(draftOf(fixture('worked-example.md')).tasks.map(plain));
});

describe('paths', () => {
  const scope = (can: string, cannot = 'db/*') =>
    taskOf(track(`CAN touch: ${can}`, `CANNOT touch: ${cannot}`))?.['scope'];

  test.each([
    ['a star behind a folder is everything below it', 'x/*', ['x/**']],
    ['a star alone is everything', '*', ['**']],
    ['a star with an ending stays on its level', 'x/*.ts', ['x/*.ts']],
    ['two stars stay', '**/*.md, x/**', ['**/*.md', 'x/**']],
    ['a comma in braces parts nothing', 'src/{a,b}/*.ts, c.ts', ['src/{a,b}/*.ts', 'c.ts']],
    ['code and quotes fall away', '`a.ts`, "b.ts"', ['a.ts', 'b.ts']],
    ['underscores are no emphasis', '__tests__/a_b.ts, _c_/*', ['__tests__/a_b.ts', '_c_/**']],
    ['a full stop ends the sentence', 'a/*, b/c.ts.', ['a/**', 'b/c.ts']],
    ['a dot in front falls away', './a/b.ts', ['a/b.ts']],
    ['the same path counts once', 'a.ts, a.ts', ['a.ts']],
    ['everything is everything', 'everything', ['**']],
  ])('%s', (_, can, may) => {
    expect(scope(can)).toEqual({ may, 'may-not': ['db/**'] });
  });

  test('that a star means everything below is said beside it', () => {
    expect(draftOf(track('CAN touch: api/*, b.ts')).tasks[0]?.values.scope?.note).toBe(
      'api/*, db/* means everything below',
    );
  });

  test('prose in a scope is reported and never taken for a path', () => {
    const text = track('CAN touch: netlify/functions/comp.mts and their `lib/` helpers');
    expect(taskOf(text)?.['scope']).toEqual({ may: ['netlify/functions/comp.mts'], 'may-not': ['db/**'] });
    expect(leftOf(text)).toEqual(['6: "and their lib/ helpers" in the scope of Track A']);
  });

  test('an exception in words takes its path with it, so that nothing becomes wider than it was meant', () => {
    const text = track('CAN touch: a.ts, api/* except api/gen.ts, everything except db/*');
    expect(taskOf(text)?.['scope']).toEqual({ may: ['a.ts'], 'may-not': ['db/**'] });
    expect(leftOf(text)).toHaveLength(2);
  });

  test('"everything else" forbids what is forbidden anyway (U17)', () => {
    expect(scope('a.ts', 'everything else')).toEqual({ may: ['a.ts'] });
    expect(scope('a.ts', 'api/*, ui/*')).toEqual({ may: ['a.ts'], 'may-not': ['api/**', 'ui/**'] });
  });

  test('what cannot be touched is not carried over where nothing says what can be', () => {
    const text = track('CAN touch: —');
    expect(taskOf(text)?.['scope']).toBeUndefined();
    expect(missingOf(text)).toEqual(['Track A: CAN touch (6)']);
    expect(leftOf(text)).toEqual(['4: CANNOT touch db/** of Track A']);
  });

  test('a track of code that may touch nothing is an error', () => {
    expect(faultsOf(track('CAN touch: (read-only)'))).toEqual([
      'error 6: "Track A" is to write code and may touch nothing',
    ]);
  });

  test('a path that leaves the repository is refused where it stands', () => {
    expect(faultsOf(track('CAN touch: ../../etc/*'))[0]).toMatch(/^error 6: .*"\.\.\/\.\.\/etc\/\*\*"/);
    expect(faultsOf(track('Handover: /etc/passwd'))[0]).toMatch(/^error 6: /);
  });
});

describe('fields', () => {
  test.each([
    ['A1, A2', ['A1', 'A2']],
    ['A1–A4', ['A1', 'A2', 'A3', 'A4']],
    ['A1-A3, B2', ['A1', 'A2', 'A3', 'B2']],
    ['T09–T11', ['T09', 'T10', 'T11']],
    ['A3–A3', ['A3']],
    ['A1 and A2', ['A1', 'A2']],
    ['A1 write the table', ['A1 write the table']],
  ])('soldiers "%s"', (said, steps) => {
    expect(taskOf(track(`Soldiers: ${said}`))?.['steps']).toEqual(steps);
  });

  test('a soldier with a sentence of its own is a step with that sentence', () => {
    const text = track('Soldiers:\n  - A1 — Write the table, and its index\n  - A2 — Write the model');
    expect(taskOf(text)?.['steps']).toEqual(['A1 — Write the table, and its index', 'A2 — Write the model']);
  });

  test.each([
    ['#11', ['#11']],
    ['11', ['#11']],
    ['#3-#6', ['#3', '#4', '#5', '#6']],
    ['3–5, #9', ['#3', '#4', '#5', '#9']],
    ['#1, 1', ['#1']],
    ['acme/shop#4', ['github:acme/shop#4']],
    ['[#7](https://github.com/acme/shop/issues/7), #8', ['github:acme/shop#7', '#8']],
    ['https://github.com/acme/shop/issues/9', ['github:acme/shop#9']],
  ])('issues "%s"', (said, issues) => {
    expect(taskOf(track(`Issues: ${said}`))?.['issues']).toEqual(issues);
  });

  test('that there are no issues may be said, and is not missing then', () => {
    expect(missingOf(track('Issues: none'))).toEqual([]);
    expect(missingOf(track('Issues: '))).toEqual(['Track A: Issues (6)']);
  });

  test('what is no issue is reported', () => {
    expect(leftOf(track('Issues: #1, see the board'))).toEqual(['6: "see the board" among the issues of Track A']);
  });

  test.each(['A4–A1', 'A1–B4', 'A1–A900'])('the range %s is an error', (range) => {
    expect(faultsOf(track(`Soldiers: ${range}`))).toEqual([`error 6: "${range}" is no range of soldiers`]);
  });

  test('a handover that is no file of the repository is left, and missing (U14)', () => {
    expect(leftOf(track('Handover: see Notion'))).toEqual(['6: the handover "see Notion" of Track A']);
    expect(missingOf(track('Handover: https://notion.so/x'))).toEqual(['Track A: Handover doc (6)']);
    expect(missingOf(track('Handover: —'))).toEqual(['Track A: Handover doc (6)']);
  });

  test('each field that a track has to have is reported when it is not there', () => {
    expect(missingOf('- Track A — API\n- CANNOT touch:')).toEqual([
      'Track A: Handover doc (1)',
      'Track A: Soldiers (1)',
      'Track A: CANNOT touch (2)',
      'Track A: CAN touch (1)',
      'Track A: Issues (1)',
    ]);
  });

  test('a goal is what success is', () => {
    expect(taskOf(track('Goal: The login test passes'))?.['done']).toEqual(['The login test passes']);
  });

  test('what an analysis can touch are its artifacts', () => {
    const text = track('Type: analysis', 'CAN touch: docs/study/*', 'Artifacts: docs/summary.md');
    expect(taskOf(text)).toMatchObject({ kind: 'research', artifacts: ['docs/study/**', 'docs/summary.md'] });
    expect(taskOf(text)).not.toHaveProperty('scope');
    expect(taskOf(text)).not.toHaveProperty('no-change');
    expect(imported(text).diagnostics).toEqual([]);
  });

  test('an analysis that can touch everything is an error', () => {
    const text = track('Type: analysis', 'CAN touch: everything');
    expect(faultsOf(text)).toEqual(['error 7: "Track A" is an analysis and can touch everything']);
  });

  test('a field that stands twice is an error with the line of the other', () => {
    const { diagnostics } = imported(track('Type: code', 'Type: analysis'));
    expect(diagnostics.map(({ line, what, why }) => ({ line, what, why }))).toEqual([
      { line: 8, what: '"Type" stands twice in "Track A — API"', why: 'The other one is on line 7' },
    ]);
  });

  test('a column that no track has, and a sentence between the fields, are reported', () => {
    const table = '| Track | CAN touch | CANNOT touch | Owner |\n|---|---|---|---|\n| A — API | a.ts | b.ts | dana |';
    expect(leftOf(table)).toEqual(['3: owner of A — API: "dana"']);
    const text = `## Track A — API\n\nMind the cache.\n\n- CAN touch: a.ts\n- CANNOT touch: b.ts\n`;
    expect(leftOf(text)).toEqual(['3: "Mind the cache." (Track A — API)']);
  });

  test('a heading above paths is the name of a track, whatever it says', () => {
    const text = '## Server conversion\n\n**CAN touch:** a.ts\n**CANNOT touch:** b.ts\n';
    expect(taskOf(text)).toMatchObject({ name: 'Server conversion', scope: { may: ['a.ts'], 'may-not': ['b.ts'] } });
  });

  test('paths below no track are an error', () => {
    expect(faultsOf('CAN touch: a.ts\nCANNOT touch: b.ts\n')[0]).toBe('error 1: There are no tracks in it');
    expect(faultsOf(`CANNOT touch: b.ts\n\n${track()}`)).toEqual(['error 1: "CANNOT touch" belongs to no track']);
  });
});

describe('dependencies', () => {
  const three = (deps: string): string => {
    const rows = [`| A — API | a | A1 | a/* | — | 1 | — |`, `| B — Data base | b | B1 | b/* | — | 2 | — |`];
    return `| Track | Handover | Soldiers | CAN touch | CANNOT touch | Issues | Deps |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}\n| C — UI | c | C1 | c/* | — | 3 | ${deps} |\n`;
  };

  test.each([
    ['—', undefined],
    ['None', undefined],
    ['A', ['Track A']],
    ['a', ['Track A']],
    ['Track A', ['Track A']],
    ['A — API', ['Track A']],
    ['api', ['Track A']],
    ['Data base', ['Track B']],
    ['1', ['Track A']],
    ['After 1+2', ['Track A', 'Track B']],
    ['A, B', ['Track A', 'Track B']],
    ['A & B', ['Track A', 'Track B']],
    ['after Track A and Track B merge', ['Track A', 'Track B']],
    ['A–B', ['Track A', 'Track B']],
    ['Tracks A-B', ['Track A', 'Track B']],
    ['1–2', ['Track A', 'Track B']],
  ])('"%s"', (deps, needs) => {
    expect(draftOf(three(deps)).tasks[2]?.values.needs?.value).toEqual(needs);
    expect(faultsOf(three(deps))).toEqual([]);
  });

  test('by the number of an agent, where a column gives it', () => {
    const text =
      '| Agent | Track | CAN touch | CANNOT touch | Deps | Can start |\n|---|---|---|---|---|---|\n| 7 | A — API | a/* | b/* | None | Now |\n| 8 | B — UI | b/* | a/* | After 7 | After merge |';
    expect(draftOf(text).tasks[1]?.values.needs?.value).toEqual(['Track A']);
    expect(faultsOf(text.replace('After merge', 'Soon'))).toEqual(['error 4: "Soon" is no start of a track']);
  });

  test('one that is not there, a range that ends nowhere and a name that two have are errors', () => {
    expect(faultsOf(three('Z'))).toEqual(['error 5: "Track C" needs "Z"']);
    expect(faultsOf(three('B–A'))).toEqual(['error 5: "B–A" is no range of dependencies']);
    expect(faultsOf(three('API').replace('Data base', 'API'))).toEqual(['error 5: "API" is no single track']);
  });
});

describe('words and names', () => {
  test('an unknown type is an error with its line', () => {
    expect(faultsOf(track('Type: reserch'))).toEqual(['error 7: "reserch" is no type of a track']);
  });

  test('two tracks of one name are an error', () => {
    expect(faultsOf(`${track()}\n${track('Issues: #2')}`)).toEqual(['error 7: There are two tasks "Track A"']);
  });

  test('a track without a name is an error', () => {
    const table = '| Track | CAN touch | CANNOT touch |\n|---|---|---|\n| | a | b |';
    expect(faultsOf(table)).toEqual(['error 3: A track has no name']);
  });

  test('one issue on two tracks is warned of', () => {
    const text = `${track()}\n${track().replace('Track A', 'Track B')}`;
    expect(faultsOf(text)).toEqual(['warning 12: Issue #1 is with "Track A" and with "Track B"']);
    expect(imported(text).plan).not.toBeNull();
  });

  test('a dash in a name parts nothing but the letter', () => {
    expect(taskOf(track().replace('API', 'API — version 2'))).toMatchObject({
      name: 'Track A',
      title: 'API — version 2',
    });
  });

  test.each(['__proto__', 'constructor', '<script>alert(1)</script>', '$(touch x)', '../../x', '\u202Eabc'])(
    'the hostile name %s is a name or an error, and nothing else',
    (name) => {
      const { plan, diagnostics } = imported(`## Track A — ${name}\n\n- CAN touch: a.ts\n- CANNOT touch: b.ts\n`);
      if (plan === null) expect(diagnostics[0]?.line).toBe(1);
      else expect(readPlan(plan, 'plan.yaml', around).plan?.tasks.map(({ id }) => id)).toEqual(['track-a']);
    },
  );

  test('a line of a megabyte and thousands of tracks are refused at once', () => {
    expect(faultsOf(track(`CAN touch: ${'a '.repeat(500_000)}`))).toEqual(['error 6: The line is too long']);
    const many = Array.from({ length: 2001 }, (_, index) => `| T${index} | a | b |`).join('\n');
    expect(faultsOf(`| Track | CAN touch | CANNOT touch |\n|---|---|---|\n${many}`)).toEqual([
      'error 2003: There are too many tracks',
    ]);
  });

  test('megabytes of empty lines are no plan, and that is found out at once', () => {
    expect(tracks.detect(source('\n'.repeat(4_000_000)))).toBe(0);
  });

  test('no text makes the reader throw', () => {
    const words = [
      'Track A',
      'CAN touch:',
      '- ',
      '|',
      '---',
      '\n',
      '## ',
      '*',
      '`',
      'A–B',
      'Deps',
      '(read-only)',
      '[x](y)',
      '{',
      '<b>',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string())), (parts) => {
        const text = parts.join(' ');
        expect(Array.isArray(tracks.read(source(text)).diagnostics)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('which files are tracks', () => {
  test('those that say what cannot be touched, or count in soldiers', () => {
    expect(tracks.detect(source('CANNOT touch: db/*'))).toBe(2);
    expect(tracks.detect(source('| Track | Soldiers |'))).toBe(2);
    expect(tracks.detect(source('- [ ] What we can touch'))).toBe(0);
    expect(tracks.detect(source('can-touch: 1\ncannot touch: 2', 'plan.yaml'))).toBe(0);
  });

  test('of a folder, those files that hold tracks', () => {
    const files = [
      { path: 'plan/a.md', text: track() },
      { path: 'plan/b.md', text: track('Issues: #2').replace('Track A', 'Track B') },
      { path: 'plan/handover.md', text: '# What Track A is about\n\n- Read this\n' },
    ];
    const { draft, format } = importPlan({ path: 'plan', isFolder: true, files }, { around });
    expect(format).toBe('tracks');
    expect(draft?.tasks.map(({ name, at }) => `${name} ${at.file}`)).toEqual([
      'Track A plan/a.md',
      'Track B plan/b.md',
    ]);
  });
});
