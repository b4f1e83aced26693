import { expect, test } from 'vitest';
import { fixture, imported, written } from './fixture-source.ts';
import { READERS } from './readers.ts';

const FIXTURES = {
  'task-master/fixtures/flat.json': 'task-master',
  'task-master/fixtures/tagged.json': 'task-master',
  'backlog/fixtures/backlog': 'backlog',
  'backlog/fixtures/backlog/tasks': 'backlog',
  'backlog/fixtures/backlog/tasks/task-10 - Page.md': 'backlog',
  'spec-kit/fixtures/tasks.md': 'spec-kit',
  'spec-kit/fixtures': 'spec-kit',
  'openspec/fixtures/add-ledger/tasks.md': 'openspec',
  'openspec/fixtures/add-ledger': 'openspec',
  'gsd/fixtures/phases': 'gsd',
  'gsd/fixtures/phases/01-ledger': 'gsd',
  'gsd/fixtures/phases/01-ledger/01-02-PLAN.md': 'gsd',
  'beads/fixtures/issues.jsonl': 'beads',
  'beads/fixtures': 'beads',
  'ralph/fixtures/prd.json': 'ralph',
  'symphony/fixtures/WORKFLOW.md': 'symphony',
};

test.each(Object.entries(FIXTURES))('%s is surely of %s, and of nobody else', (path, name) => {
  const source = fixture(path);
  const sure = READERS.map((reader) => ({ name: reader.name, how: reader.detect(source) }));
  expect(sure.filter(({ how }) => how === 2).map((each) => each.name)).toEqual([name]);
});

test('a list with boxes that has neither numbers nor sections stays a plain checklist', () => {
  expect(imported(written('tasks.md', '## 1. Title\n\n- [ ] Say T001 aloud\n')).format).toBe('checklist');
  expect(imported(written('tasks.md', '- [ ] 1.1 Without a section\n')).format).toBe('checklist');
});

/** For each of these readers a file that begins like one of its own. */
const BROKEN: Readonly<Record<string, readonly string[]>> = {
  'task-master': [
    '{"tasks":[{"id":1,"subtasks":[',
    '{"tasks":[1,null,"x",{"id":{"a":1},"title":[],"subtasks":{}}]}',
    '{"__proto__":{"tasks":[{"id":1,"subtasks":[]}]}}',
    '{"constructor":{"tasks":[{"id":"toString","title":"x","status":"__proto__","subtasks":[]}]}}',
  ],
  backlog: [
    '---\nid: [\ntitle: x\nstatus: y\ncreated_date: z\n---\n',
    '---\nid: a\ntitle: {}\nstatus: constructor\ncreated_date: z\n---\n',
  ],
  'spec-kit': [
    '- [ ] T001 [__proto__] x\n- [ ] T001\n',
    '- [ ] T001 <script>alert(1)</script> ../../etc/passwd\n- [ ] T001 y\n',
  ],
  openspec: ['## 1. <b>\n- [ ] 1.1 x\n- [ ] 1.1 y\n', '## 1. A\n- [ ] 1.1 a\n## 1. A\n- [ ] 1.2 b\n'],
  gsd: [
    '---\nphase: &a [*a]\nplan: 1\nwave: 1\n---\n',
    '---\nphase: 1\nplan: 1\nwave: toString\ntype: constructor\nfiles_modified: [../../etc]\n---\n<task type="__proto__"></task>\n',
  ],
  beads: [
    '{"id":"a","issue_type":"task"',
    '{"id":"a","issue_type":"constructor","status":"__proto__","dependencies":[1,{}]}',
    '[]\n{"id":"a","issue_type":"task","status":7}',
  ],
  ralph: [
    '{"userStories":[{"id":"a"',
    '{"userStories":[null,{"id":"a","passes":"no","priority":"first"}]}',
    '{"userStories":{}}',
  ],
  symphony: [
    '---\ntracker: [\npolling: 1\n---\n',
    '---\ntracker: 1\nagent: { max_concurrent_agents: many }\n---\n',
    '---\n- tracker\n---\n',
  ],
};

test.each(Object.entries(BROKEN))(
  '%s: broken and hostile files give an error with a place, and nothing else',
  (name, texts) => {
    for (const text of texts) {
      const { plan, diagnostics } = imported(written('x', text), name);
      expect({ text, plan }).toEqual({ text, plan: null });
      expect(diagnostics.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
      expect(
        diagnostics.every(
          ({ line, file, what, why, next }) => file !== '' && line >= 1 && [what, why, next].every(Boolean),
        ),
      ).toBe(true);
    }
  },
);
