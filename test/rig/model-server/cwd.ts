/**
 * The ways in which clients tell the model where they work. The last of the first one counts, because that client says it
 * again after a move; of the others the first counts, because what follows is what people and files say.
 */
const marked = /<cwd>\s*([^<\n]+?)\s*<\/cwd>/g;
const told = [
  /Primary working directory:\s*([^"\n`]+)/i,
  /current working directory:?\s*(?:is:?\s*)?`?([^"\n`<]+)/i,
  /Working directory:\s*([^"\n`<]+)/i,
  /Workspace Directories:\**\n\s*-\s*([^"\n`<]+)/,
  /working in the directory:\s*([^"\n`<]+)/i,
  /working directory (?:is|:)\s*`?([^"\n`<]+)/i,
];

/** The working directory of the client whose request this is; an empty text when it does not tell. */
export function cwdOf(said: string): string {
  const found = [[...said.matchAll(marked)].at(-1), ...told.map((way) => way.exec(said))];
  const path = found.flatMap((match) => match?.[1]?.trim() ?? []).find((each) => each.startsWith('/'));
  return path === undefined ? '' : path.replace(/[.,]$/, '');
}
