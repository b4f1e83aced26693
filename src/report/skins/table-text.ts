import { plain } from '../markdown.ts';

/** An issue as a link where it is known where that leads; `#21` as it is, since it belongs to the repository at hand. */
export function issueCell(issue: string): string {
  if (/^#\d{1,9}$/.test(issue)) return issue;
  const github = /^github:([\w.-]+\/[\w.-]+)#(\d{1,9})$/.exec(issue);
  if (github !== null)
    return `[${plain(`${github[1]}#${github[2]}`)}](https://github.com/${github[1]}/issues/${github[2]})`;
  const url = /^https?:\/\/[\w.:-]+\/[\w./~%#=&?-]*$/.exec(issue);
  if (url === null) return plain(issue);
  return `[${plain(/([^/#]+)\/?$/.exec(issue)?.[1] ?? issue)}](${issue})`;
}

/** `A` … `Z`, `AA`, …: the letter of the nth, counted from 0. */
export function letters(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return (rest < 0 ? '' : letters(rest)) + String.fromCodePoint(65 + (index % 26));
}
