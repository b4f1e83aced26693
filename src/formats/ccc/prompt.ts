import type { Origin, Sourced, TaskValues } from '../draft.ts';
import type { SourceFile } from '../source.ts';
import type { Notes } from './notes.ts';
import { type Part, valuesOfMode } from './part.ts';
import { type Label, type Line, type PromptText, promptTexts } from './prompt-text.ts';
import { type IssueRef, issueName, issuesIn, launchOf, linksOf, readAgent, readLaunch, readMode } from './words.ts';

/** Sentences that each prompt has to hold word for word, and why a plan has no use for them. */
const FORCED: readonly { readonly name: string; readonly pattern: RegExp; readonly why: string }[] = [
  {
    name: 'cost line ("Estimate cost before execution …")',
    pattern: /Estimate cost before execution\.?(?:\s*If\s*>\s*\$?\d+[^.]*\.)?/gi,
    why: 'What is spent is counted, and "budget" caps it',
  },
  {
    name: 'start line ("Reply with \'Session started\' …")',
    pattern: /Reply with ['"‘’“”]?Session started['"‘’“”]?(?: before beginning work)?\.?/gi,
    why: 'That an agent has started is seen from its first event',
  },
  {
    name: 'exit line ("Update Linear issue status …")',
    pattern: /Update Linear issue status to Done\/In Review\.?/gi,
    why: 'An agent does not say when an issue is done: what has landed does',
  },
];
const UPDATE =
  /\s*Update (?:both issues|(?:\[[^\]]*\]\([^)]*\)|[A-Z][A-Z0-9]*-\d+)(?:,? and (?:\[[^\]]*\]\([^)]*\)|[A-Z][A-Z0-9]*-\d+))*) with results\.?/gi;

/** The prompts of a file, each as a task. */
export const promptParts = (file: SourceFile, notes: Notes): readonly Part[] =>
  promptTexts(file).flatMap((prompt) => new PromptReading(prompt, notes).part ?? []);

class PromptReading {
  readonly #prompt: PromptText;
  readonly #notes: Notes;
  readonly #at: Origin;
  readonly #name: string;
  readonly #issues: readonly IssueRef[];

  constructor(prompt: PromptText, notes: Notes) {
    this.#prompt = prompt;
    this.#notes = notes;
    this.#at = this.#placeOf(prompt.opening);
    const [task = ''] = prompt.opening.text.split(/\bfrom\s+master\s+plan\b/i);
    this.#issues = issuesIn(task, linksOf(task));
    this.#name = this.#phase?.name ?? this.#issues[0]?.key ?? '';
  }

  get part(): Part | null {
    if (this.#name === '') {
      const why = 'Nothing says which phase or issue it is about';
      this.#notes.fault(this.#at, 'no-issue', {
        what: 'A prompt is about nothing',
        why,
        next: 'Begin: Implement [PAY-10: Title](its address)',
      });
      return null;
    }
    this.#opening();
    this.#forced();
    const mode = this.#mode();
    const values: TaskValues = {
      ...this.#title(),
      ...(this.#phase === null ? {} : { group: { value: `Batch ${this.#name.slice(0, -1)}`, from: this.#at } }),
      ...this.#steps(),
      ...this.#done(),
      ...this.#checks(),
      ...valuesOfMode(mode),
      ...this.#labels(),
      ...this.#who(),
      ...(this.#issues.length === 0
        ? {}
        : { issues: { value: this.#issues.map(({ key }) => issueName(key)), from: this.#at } }),
    };
    this.#places();
    return { name: this.#name, at: this.#at, issues: this.#issues, values, told: this.#told(), needs: [], stage: null };
  }

  /** `(Phase 1A: Ledger)`, or the title `Batch 1A: Ledger`. */
  get #phase(): { readonly name: string; readonly focus: string | null } | null {
    const { opening, title } = this.#prompt;
    const found =
      /\(Phase\s+(\d+[A-Z])\s*(?::\s*([^)]*))?\)/i.exec(opening.text) ??
      /Batch\s+(\d+[A-Z])\s*:\s*(.*)$/i.exec(title?.text ?? '');
    if (found === null) return null;
    const focus = found[2]?.trim() ?? '';
    return { name: (found[1] ?? '').toUpperCase(), focus: focus === '' ? null : focus };
  }

  #opening(): void {
    const { text } = this.#prompt.opening;
    const plan = text.split(/\bfrom\s+master\s+plan\b/i)[1] ?? '';
    const bare = [...this.#issues, ...issuesIn(plan, linksOf(plan))].find(({ url }) => url === null);
    if (bare !== undefined) this.#notes.bareId(this.#at, bare.key);
    if (this.#issues.length === 0) this.#miss('Issue');
    if (this.#phase === null) this.#miss('Phase');
    if (issuesIn(plan, []).length === 0) this.#miss('Master plan');
    if (!/^\W*[A-Z][a-z]+\b/.test(text)) this.#miss('Action verb');
  }

  #title(): TaskValues {
    const [issue] = this.#issues;
    const value = this.#phase?.focus ?? issue?.title ?? null;
    return value === null ? {} : { title: { value, from: this.#at } };
  }

  #forced(): void {
    for (const { name, pattern, why } of FORCED) {
      const line = this.#prompt.whole.find(({ text }) => text.search(pattern) >= 0);
      if (line === undefined) this.#miss(name);
      else this.#leave(line, `the ${name.split(' (')[0]}`, why);
    }
  }

  #mode(): Sourced<string> | null {
    const said = this.#first('mode');
    const launchAs = this.#first('launch as');
    if (said === null) this.#miss('Execution mode');
    if (launchAs === null) this.#miss('Launch as');
    const mode = said === null ? null : readMode(said.text, this.#placeOf(said), this.#notes);
    const launch = launchAs === null ? null : readLaunch(launchAs.text, this.#placeOf(launchAs), this.#notes);
    if (mode === null || launch === null || launchAs === null || launchOf(mode.value) === launch) return mode;
    if (mode.value === 'spike' && launch === 'plan mode') {
      return { value: 'pair', from: mode.from, note: 'a spike that changes code is launched in plan mode, as pair is' };
    }
    const what = `The mode "${mode.value}" is launched as "${launchAs.text.trim()}"`;
    const next = `Write: Launch as: ${launchOf(mode.value)}, or another mode`;
    this.#notes.fault(this.#placeOf(launchAs), 'wrong-launch', {
      what,
      why: `It goes with "${launchOf(mode.value)}"`,
      next,
    });
    return mode;
  }

  #steps(): TaskValues {
    const steps = listOf(this.#lines('tasks'), /^\s*\d+[.)]\s+/);
    if (steps.length === 0) this.#miss('Tasks');
    const [first] = steps;
    return first === undefined ? {} : { steps: { value: steps.map(({ text }) => text), from: this.#placeOf(first) } };
  }

  #done(): TaskValues {
    const lines = this.#prompt.parts.get('deliverable') ?? [];
    const text = lines
      .map((line) => line.text.trim())
      .join(' ')
      .trim();
    if (text === '') this.#miss('Deliverable');
    const updates = this.#prompt.whole.find((line) => line.text.search(UPDATE) >= 0);
    if (updates === undefined) this.#miss('Deliverable: "Update … with results"');
    else this.#leave(updates, 'the update of the issue', 'An issue is told of what has landed, and not by the agent');
    const deliverable = clean(text);
    const accepted = listOf(this.#lines('acceptance'), /^\s*[-*]\s+(?:\[[ xX]\]\s+)?/);
    const all = [...(deliverable === '' ? [] : [deliverable]), ...accepted.map((line) => line.text)];
    const first = lines[0] ?? accepted[0];
    return all.length === 0 || first === undefined ? {} : { done: { value: all, from: this.#placeOf(first) } };
  }

  #checks(): TaskValues {
    const line = this.#lines('constraints').find(({ text }) => /^\W*test command\W*:/i.test(text));
    const command =
      line?.text
        .replace(/^[^:]*:[*_]*\s*/, '')
        .replace(/^`|`$/g, '')
        .trim() ?? '';
    return line === undefined || command === '' ? {} : { checks: { value: [command], from: this.#placeOf(line) } };
  }

  #labels(): TaskValues {
    const line = this.#first('labels');
    if (line === null) return {};
    const labels = line.text
      .split(',')
      .map((label) => label.replaceAll('`', '').trim())
      .filter((label) => label !== '');
    const rest = labels.filter((label) => !label.startsWith('exec:'));
    for (const label of labels) if (label.startsWith('exec:')) this.#modeLabel(label, line);
    return rest.length === 0 ? {} : { labels: { value: rest, from: this.#placeOf(line) } };
  }

  /** The label says once more how the task is worked on. */
  #modeLabel(label: string, line: Line): void {
    const at = this.#placeOf(line);
    const word = this.#first('mode')?.text.trim().split(/\s/)[0]?.toLowerCase();
    if (readMode(label, at, this.#notes) === null || word === undefined || label === `exec:${word}`) return;
    const what = `${this.#name} has the label "${label}" and the mode "${word}"`;
    this.#notes.fault(at, 'differs', { what, why: 'A task is worked on in one mode', next: 'Make them the same' });
  }

  #who(): TaskValues {
    const line = this.#first('assignee');
    const estimate = this.#first('estimate');
    if (estimate !== null) this.#leave(estimate, `the estimate ${estimate.text}`, 'A plan has no points');
    return line === null || line.text.trim() === '' ? {} : readAgent(line.text, this.#placeOf(line));
  }

  /** Where a session is to be opened says nothing to a task in a worktree of its own. */
  #places(): void {
    const [project] = this.#prompt.loose.filter(({ text }) => /^[^:]+:\s*\S/.test(text));
    const launch = this.#first('launch from');
    const worktree = this.#first('worktree');
    if (project === undefined) this.#miss('Project and its path');
    else
      this.#leave(
        project,
        `"${project.text.trim().slice(0, 80)}"`,
        'A plan is carried out in the repository that it is run in',
      );
    if (launch === null) this.#miss('Launch from');
    else
      this.#leave(launch, `Launch from ${launch.text.split(/\s\(/)[0]}`, 'Every task works in a worktree of its own');
    if (worktree === null) this.#miss('Worktree');
    const word = worktree?.text.toLowerCase().trim();
    if (worktree === null || word === undefined) return;
    if (word === 'no') this.#leave(worktree, '"Worktree: no"', 'Every task works in a worktree of its own');
    else if (word !== 'yes' && word !== 'n/a') {
      this.#notes.unknown(this.#placeOf(worktree), word, { of: 'word for a worktree', known: ['yes', 'no', 'n/a'] });
    }
  }

  #told(): readonly string[] {
    const context = this.#lines('context').map(({ text }) => text);
    if (context.length === 0) this.#miss('Context');
    const below = (heading: string, label: Label): readonly string[] => {
      const lines = this.#lines(label).filter(({ text }) => !/^\W*test command\W*:/i.test(text));
      return lines.length === 0 ? [] : [`${heading}:\n${lines.map(({ text }) => text).join('\n')}`];
    };
    return [
      ...(context.length === 0 ? [] : [context.join('\n')]),
      ...below('Constraints', 'constraints'),
      ...below('References', 'references'),
    ];
  }

  #first(label: Label): Line | null {
    return this.#prompt.parts.get(label)?.find(({ text }) => text.trim() !== '') ?? null;
  }

  /** Lines of a part without what every prompt says. */
  #lines(label: Label): readonly Line[] {
    const lines = this.#prompt.parts.get(label) ?? [];
    return lines
      .map(({ text, line }) => ({ text: clean(text), line }))
      .filter(({ text }) => !/^\s*(?:[-*•]|\d+[.)])?\s*$/.test(text));
  }

  #placeOf({ line }: Line): Origin {
    return { file: this.#prompt.file, line };
  }

  #miss(field: string): void {
    this.#notes.miss(this.#at, this.#name, field);
  }

  #leave(line: Line, what: string, why: string): void {
    this.#notes.leave(this.#placeOf(line), `${what} of ${this.#name}`, why);
  }
}

const clean = (text: string): string =>
  [...FORCED.map(({ pattern }) => pattern), UPDATE]
    .reduce((left, pattern) => left.replace(pattern, ''), text)
    .trimEnd();

/** Entries of a list; a line without a mark goes on with the one before it. */
function listOf(lines: readonly Line[], mark: RegExp): readonly Line[] {
  const entries: { text: string; line: number }[] = [];
  for (const { text, line } of lines) {
    const before = entries.at(-1);
    if (mark.test(text) || before === undefined) entries.push({ text: text.replace(mark, '').trim(), line });
    else before.text = `${before.text}\n${text.trim()}`;
  }
  return entries;
}
