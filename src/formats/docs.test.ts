import { expect, test } from 'vitest';
import { READERS } from './readers.ts';

test('docs/importing.md lists the formats that can be read', async () => {
  const rows = READERS.map(({ name, about }) => `| \`${name}\` | ${about.replaceAll('|', '\\|')} |`);
  await expect(PAGE.replace('FORMATS', rows.join('\n'))).toMatchFileSnapshot('../../docs/importing.md');
});

const PAGE = `# Plans from other systems

Made from \`src/formats/\` by its test; \`npx vitest run src/formats/docs.test.ts -u\` writes it again.

\`\`\`sh
branchline import TRACKS.md -o plan.yaml     # a file; a folder or - for standard input does as well
branchline check plan.yaml
\`\`\`

Whose files they are is found out from what is in them; where it cannot be, \`--from FORMAT\` says it.

| format | reads |
|---|---|
FORMATS

- The plan is an ordinary one: read it, change it, check it, run it. Behind every value stands the file and the line that it came from.
- A word that the other system does not have (a status, a type, a marker) is an error with its place, and no plan is written.
- A field that the other system asks for and that is not there is listed as not given. Nothing is guessed.
- What a plan cannot hold is listed as not carried over, with the reason. Both lists also stand at the head of the plan.
- Tasks that are over already are not planned again; they are named at the head of the plan.
- A task keeps the name that a person knows it by: as its own name where branches and folders can be called so, else in its title.
- Who works on the tasks is not taken from the file unless the file says so: the plan names no agent then, and Branchline's own settings decide.
- At most 8 MiB of a file and 5,000 files of a folder are read; links are not followed.

## A request in your own words

\`\`\`sh
branchline plan "1. add the table 2. add an endpoint that reads it" -o plan.yaml
branchline plan - --agent claude < request.md
\`\`\`

A numbered or bulleted list is taken apart as it stands, and always in the same way: an item is a task, and numbers below a title that ends in a
colon are the steps of one. What an item says of another's number or result becomes a need.

- Where it may mean several, you are asked at the terminal: names, "all" or "none". Where nobody is asked or answers, the task waits for all that may be meant, the plan says so, and the question is listed (\`--json\`: \`questions\`).
- Anything else, and a list of more than 300 items, is planned by an agent: the one that the settings choose, or \`--agent\`. It is the only task of an ordinary run that may change nothing, so no branch is made or moved; \`logs\`, \`costs\` and \`explain\` know the run.
- Its plan has to pass \`check\`, and no task may take more than four hours. What does not pass goes back to it with the reasons, at most twice; then nothing is written, and the file with its last attempt is named.
- At a terminal it proposes the large tasks first. Say yes, or what to change; then it takes them apart, and you are asked again.
- Without a terminal the whole plan is made in one step and written, and exit code 3 says that nobody has approved it. \`--yes\` approves in advance.
- An agent that a file of the repository describes is not started before you have agreed to that. At most 20,000 characters are given to an agent.
`;
