import type { Command } from './plan.ts';
import type { Change } from './ports/git.ts';

/**
 * Paths among `changes` that decide whether the work passes: the files of its own check commands, continuous
 * integration, deleted tests. By path alone; what stands in a file is for the caller to read. `named` paths are exempt.
 */
export function tampered(
  changes: readonly Change[],
  checks: readonly Command[],
  named: (path: string) => boolean,
): readonly string[] {
  const programs = new Set(checks.flatMap(wordsOf));
  return changes
    .filter(
      ({ path, kind }) => isContinuousIntegration(path) || isProgram(path, kind, programs) || isLostTest(path, kind),
    )
    .map(({ path }) => path)
    .filter((path) => !named(path));
}

/** Files that continuous integration reads. */
const INTEGRATION = [
  /^\.github\/(workflows|actions)\//,
  /^\.gitlab-ci\.ya?ml$/,
  /^\.circleci\//,
  /^\.buildkite\//,
  /^\.ci\//,
  /^azure-pipelines\.ya?ml$/,
  /^bitbucket-pipelines\.ya?ml$/,
  /^\.travis\.ya?ml$/,
  /^Jenkinsfile$/,
];
const isContinuousIntegration = (path: string): boolean => INTEGRATION.some((pattern) => pattern.test(path));

/** A test that is a check's own argument may be written by the task; a program that judges it may not be rewritten. */
function isProgram(path: string, kind: Change['kind'], programs: ReadonlySet<string>): boolean {
  return kind !== 'added' && programs.has(path);
}

const TEST = /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.[a-z]+$|(^|\/)test_[^/]+\.py$|_test\.(go|py|rb|exs?)$/i;
/** Whether a path looks like a test. */
export const isTest = (path: string): boolean => TEST.test(path);
const isLostTest = (path: string, kind: Change['kind']): boolean => kind === 'deleted' && isTest(path);

/** Whether a test file's new text is emptied, or skips or singles out tests that its old text ran. */
export function isWeakened(before: string, after: string): boolean {
  if (before.trim() !== '' && after.trim() === '') return true;
  return marks(after) > marks(before);
}

const MARKS =
  /\b(?:it|test|describe|context|suite)\.(?:skip|only|todo)\b|\b(?:xit|xdescribe|xtest|fit|fdescribe)\s*\(|@pytest\.mark\.(?:skip|xfail)|@unittest\.skip|\bt\.Skip\(|#\[ignore/g;
const marks = (text: string): number => text.match(MARKS)?.length ?? 0;

/** Words of a command that could be files of the repository. */
function wordsOf(command: Command): readonly string[] {
  const words = typeof command === 'string' ? command.split(/[\s;&|<>()'"=]+/) : command;
  return words.map((word) => word.replace(/^\.\//, '')).filter((word) => /[./]/.test(word));
}
