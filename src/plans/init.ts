import { type Files, type Found, findCommands } from './commands.ts';
import { faultOfBranch, faultOfId } from './names.ts';
import { flow } from './problems.ts';

export type RepositoryFacts = {
  /** Texts of the `TELLING_FILES` that are there. */
  readonly files: Files;
  /** Paths that git tracks. */
  readonly paths: readonly string[];
  /** Short name of the branch that is checked out; null: none. */
  readonly branch: string | null;
  /** What the repository is called. */
  readonly name: string;
  /** Address of the schema for editors. */
  readonly schema?: string;
  /** Programs that this machine has, to leave out what could not run; not given: all of them. */
  readonly programs?: readonly string[];
  /** Known agents that this machine has, the one to take first. */
  readonly agents?: readonly string[];
};

/** A first plan for a repository: its own commands, two tasks that run as they are, and what to change next. */
export function draftPlan(facts: RepositoryFacts): string {
  const found = findCommands(facts.files);
  return [heading(facts), commands(found, facts), shared(found, facts), agents(facts), TASKS].join('\n');
}

const SCHEMA = './node_modules/branchline/schema/plan.schema.json';

function heading({ name, branch, schema = SCHEMA, agents: installed = [] }: RepositoryFacts): string {
  const plan = name
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .slice(0, 50);
  const known = branch !== null && faultOfBranch(branch) === null;
  const base = known ? `base: ${flow(branch)}` : '# base: main';
  return `# yaml-language-server: $schema=${schema}
#
# A plan for Branchline. It runs as it is: "branchline check" says who may work beside whom, "branchline run" starts it.
${installed.length === 0 ? WITHOUT_AGENT : WITH_AGENT}
plan: ${flow(faultOfId(plan) === null ? plan : 'first-plan')}

# Where work starts and lands. Your own checkout is never touched.
${base}
`;
}

function commands(found: Found, { programs }: RepositoryFacts): string {
  const checks = [...found.test, ...found.lint];
  return `# Run in every fresh worktree, before the agent.
${line('setup', found.setup, { programs, otherwise: 'npm ci' })}

# Run by Branchline on the merged tree; nothing lands unless they succeed.
${line('checks', checks, { programs, otherwise: 'npm test' })}

# Run once when everything has landed.
${line('final-checks', found.build, { programs, otherwise: 'npm run build' })}
`;
}

type Choice = { readonly programs: readonly string[] | undefined; readonly otherwise: string };

/** Commands whose program this machine lacks stay visible, as a comment. */
function line(field: string, commands: readonly string[], { programs, otherwise }: Choice): string {
  const runs = (command: string): boolean => {
    const program = command.split(' ')[0] ?? '';
    return (
      programs === undefined || program.startsWith('./') || program.startsWith('vendor/') || programs.includes(program)
    );
  };
  const [here, away] = [commands.filter(runs), commands.filter((command) => !runs(command))];
  const notes = away.map((command) => `# ${field}: [${flow(command)}]   # its program is not installed here`);
  if (here.length === 0 && notes.length === 0) return `# ${field}: [${flow(otherwise)}]`;
  return [...(here.length > 0 ? [`${field}: ${flow(here)}`] : []), ...notes].join('\n');
}

function shared(found: Found, { paths }: RepositoryFacts): string {
  const workflows = paths.some((path) => path.startsWith('.github/')) ? ['.github/**'] : [];
  const all = [...found.shared, ...workflows];
  const keep = found.keep.length > 0 ? `keep: ${flow(found.keep)}` : '# keep: [node_modules/]';
  return `# One writer at a time, whatever the scopes below say.
${all.length > 0 ? `shared: ${flow(all)}` : '# shared: [package-lock.json]'}

# Ignored folders that stay in a worktree from one attempt to the next.
${keep}
`;
}

const WITHOUT_AGENT = '# Its two tasks only write a line each; replace them, and the agent "demo", with your own.';
const WITH_AGENT = `# Its two tasks only write a line each; replace them with your own. "branchline run --agent demo" tries it out without an
# agent that costs anything.`;

/** Who works: what is installed, else a program that needs nothing. */
function agents({ agents: installed = [] }: RepositoryFacts): string {
  const [first] = installed;
  const chosen =
    first === undefined
      ? 'default: demo'
      : `default: ${first.padEnd(19)} # installed here: ${installed.join(', ')}; a task may name another`;
  return `agents:
  ${chosen}
  max: 3                       # so many work at once
${
  first === undefined
    ? ''
    : `  # aliases: { fast: { agent: ${first}, model: a-small-one } }   # for tasks that say: agent: fast
`
}  use:
    # Any program can be an agent: it is started in a worktree of its own, finds its brief in the file
    # $BRANCHLINE_BRIEF, changes files, and exits with 0. Branchline commits, checks and lands what it left.
    demo:
      command: [sh, -c, 'mkdir -p branchline-demo && echo "Written by task $BRANCHLINE_TASK" > "branchline-demo/$BRANCHLINE_TASK.txt"']
${first === undefined ? UNKNOWN_AGENTS : knownSettings(installed)}`;
}

const UNKNOWN_AGENTS = `    # A real one, started the way its maker says; name it as "default" above or as "agent" of a task. Some are known
    # and need no word here once they are installed: claude, codex, gemini, opencode, copilot, qwen.
    # mine:
    #   command: [my-agent, --print]
    #   brief-on-stdin: true
    # One that speaks the Agent Client Protocol:
    # other:
    #   driver: acp
    #   command: [other-agent, acp]
`;

const knownSettings = ([first, second = 'demo']: readonly string[]): string =>
  `    # What is to be different about one that is known stands under its name:
    # ${first}: { model: a-large-one, account: team, fallback: ${second} }
`;

const TASKS = `tasks:
  hello:
    title: Say hello
    brief: Write a line into branchline-demo/hello.txt   # the text itself, or a file such as docs/briefs/hello.md
    scope:
      may: [branchline-demo/hello.txt]                   # what it may write; everything else is refused
      # may-not: [branchline-demo/private/**]
    done: The file is there
    estimate: 1                                          # minutes
  goodbye:
    title: Say goodbye
    brief: Write a line into branchline-demo/goodbye.txt
    scope:
      may: [branchline-demo/goodbye.txt]                 # nobody else writes it, so both tasks work at the same time
    estimate: 1
    # needs: [hello]                                     # start only when that has landed
    # checks: [test -s branchline-demo/goodbye.txt]      # besides those of the plan
    # issue: github:acme/shop#41
`;
