import { slug } from '../task-names.ts';

/** Words that say nothing about which task it is. */
const EMPTY = new Set(
  'a an the of for to in on at by and or with from into our my your its their this that all every each do please then it is are be'.split(
    ' ',
  ),
);

/** A short name in words joined by `-`: `do a security review of the auth module` → `security-review-auth-module`. */
export function shortName(text: string): string {
  const words = slug(text.slice(0, 400)).split('-');
  const telling = words.filter((word) => !EMPTY.has(word));
  return slug((telling.length === 0 ? words : telling).slice(0, 4).join('-'));
}

/** Names of which no two are alike, whatever their case. */
export function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let count = 2; taken.has(own.toLowerCase()); count++) own = `${name}-${count}`;
    taken.add(own.toLowerCase());
    return own;
  });
}

/** The first sentence, on one line. */
export function titleOf(text: string): string {
  const line = (text.split(/\n\s*\n/)[0] ?? '').replace(/\s+/g, ' ').trim();
  const sentence = /^.{12,}?[.!?](?=\s+\p{Lu})/u.exec(line)?.[0] ?? line;
  const plain = sentence.replace(/[.:;,]+$/, '').trim() || line;
  if (plain.length <= 120) return plain;
  return `${plain
    .slice(0, 118)
    .replace(/\s\S*$/, '')
    .trimEnd()}…`;
}
