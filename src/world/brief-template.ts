import { createHash } from 'node:crypto';
import { templateFaults } from '../core/brief/template.ts';
import type { Oid, Repository } from '../core/ports/git.ts';
import type { PlacedDiagnostic } from '../report/diagnostic-text.ts';
import type { PlanFile } from './plan-file.ts';
import { branchRef } from './target.ts';

/** Where a repository keeps its own text for briefs, unless settings say otherwise. */
const USUAL_FILE = '.branchline/brief.md';

type Request = {
  readonly repository: Repository;
  /** What the settings name; null: the usual file, if it is there. */
  readonly named: string | null;
  /** Where the run started; null: where it would start. */
  readonly base: Oid | null;
};

/**
 * Puts the repository's own text for briefs into the plan. It is read once, from the commit that the run starts from, so that
 * no agent can change what the others are told; and what is approved is the plan together with it.
 */
export async function withBriefTemplate(file: PlanFile, { repository, named, base }: Request): Promise<PlanFile> {
  const { plan } = file;
  if (plan === null) return file;
  const branch = plan.base ?? repository.head;
  const commit = base ?? (branch === null ? null : await repository.tip(branchRef(branch)));
  const path = named ?? USUAL_FILE;
  const text = commit === null ? null : await repository.readFile(commit, path);
  // A base that is not there has a complaint of its own.
  if (text === null && (named === null || commit === null)) return file;
  if (text === null) return { ...file, diagnostics: [...file.diagnostics, missing(path)] };
  const faults = templateFaults(text).map((fault) => ({ ...fault, ...ofTemplate, file: path }));
  const hash = createHash('sha256').update(`${file.hash}\0`).update(text).digest('hex');
  return {
    ...file,
    hash,
    plan: { ...plan, briefTemplate: text },
    diagnostics: [...file.diagnostics, ...faults],
  };
}

const ofTemplate = { code: 'brief-template', severity: 'error' } as const;

const missing = (path: string): PlacedDiagnostic => ({
  ...ofTemplate,
  file: path,
  line: 1,
  col: 1,
  what: 'The text for briefs is not there',
  why: 'The setting "brief-template" names this file, and the commit that the plan starts from does not hold it',
  next: 'Commit it to the base branch, or correct the setting: branchline config explain brief-template',
});
