import type { FileNode } from '../node.ts';
import type { Remarks } from '../remarks.ts';
import { EDGE, type Issue } from './words.ts';

/** Who waits for whom, and who is a part of whom. */
export class Edges {
  readonly #issues: ReadonlyMap<string, Issue>;
  readonly #needs = new Map<string, string[]>();
  readonly #parent = new Map<string, string>();
  readonly #children = new Map<string, string[]>();

  constructor(issues: readonly Issue[], remarks: Remarks) {
    this.#issues = new Map(issues.map((issue) => [issue.name, issue]));
    for (const issue of issues) {
      for (const node of issue.node.get('dependencies').items) this.#take(issue, node, remarks);
    }
  }

  /** An epic that has children: nothing is done in it but what is done in them. */
  isContainer({ name, type }: Issue): boolean {
    return type === 'epic' && (this.#children.get(name) ?? []).length > 0;
  }

  parentOf({ name }: Issue): Issue | null {
    return this.#issues.get(this.#parent.get(name) ?? '') ?? null;
  }

  /** What it waits for itself, what the whole waits for that it is a part of, and its own parts. */
  needsOf(issue: Issue): { readonly names: readonly string[]; readonly note?: string } {
    const own = this.#needs.get(issue.name) ?? [];
    const above = this.#above(issue.name).flatMap((name) =>
      // An epic may name its own children as what it waits for; they do not wait for each other because of that.
      (this.#needs.get(name) ?? []).filter((need) => need !== issue.name && !this.#above(need).includes(name)),
    );
    const parts = this.#openChildren(issue.name);
    const names = [...own, ...above, ...parts].flatMap((name) => this.#leaves(name, new Set()));
    const note = parts.length > 0 ? 'its children among them' : above.length > 0 ? 'with those of its parent' : null;
    const all = [...new Set(names)];
    return note === null ? { names: all } : { names: all, note };
  }

  #take(issue: Issue, node: FileNode, remarks: Remarks): void {
    const [on, by] = [remarks.text(node.get('depends_on_id')), remarks.text(node.get('issue_id')) ?? issue.name];
    const kind = remarks.word(node.get('type'), { ...EDGE, askedOf: issue.name }) ?? null;
    if (on === null || kind === null) {
      if (on === null) remarks.missing(node.at, issue.name, 'depends_on_id');
      return;
    }
    const word = node.get('type').text ?? '';
    if (kind === 'loose') remarks.leave(node.at, `${word} ${by} → ${on}`, 'It says nothing about the order');
    if (kind === 'condition') this.#condition(node, { by, on }, remarks);
    if (kind === 'need') put(this.#needs, by, on);
    if (kind !== 'part') return;
    this.#parent.set(by, on);
    put(this.#children, on, by);
    if (!this.#issues.has(on)) remarks.leave(node.at, `parent ${on} of ${by}`, 'It is not in the file');
  }

  #condition(node: FileNode, { by, on }: { readonly by: string; readonly on: string }, remarks: Remarks): void {
    remarks.fault(node.at, 'condition', {
      what: `"${by}" is only for the case that "${on}" fails`,
      why: 'A plan cannot say that, and would always start it',
      next: `Take "${by}" out, and add it to the run when it is needed`,
    });
  }

  #openChildren(name: string): readonly string[] {
    const children = this.#children.get(name) ?? [];
    return children.filter((child) => this.#issues.get(child)?.status.state === 'open');
  }

  /** Whatever it is a part of, upwards. */
  #above(name: string): readonly string[] {
    const above: string[] = [];
    for (let at = this.#parent.get(name); at !== undefined && !above.includes(at); at = this.#parent.get(at))
      above.push(at);
    return above;
  }

  /** An epic that falls away stands for all that is below it. */
  #leaves(name: string, seen: Set<string>): readonly string[] {
    const issue = this.#issues.get(name);
    if (issue === undefined || !this.isContainer(issue)) return [name];
    if (seen.has(name) || issue.status.state !== 'open') return [];
    seen.add(name);
    return this.#openChildren(name).flatMap((child) => this.#leaves(child, seen));
  }
}

function put(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key) ?? [];
  list.push(value);
  map.set(key, list);
}
