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
`;
