/** What a repository's own text for briefs may have filled in, and what each of them is. */
export const BRIEF_PLACES = [
  'title',
  'task',
  'what',
  'steps',
  'done',
  'scope',
  'reading',
  'asking',
  'reporting',
  'standing',
  'before',
  'said',
] as const;
export type BriefPlace = (typeof BRIEF_PLACES)[number];
export type BriefBodies = Readonly<Record<BriefPlace, string>>;

/** Longest template, in characters: what is filled in needs room beside it. */
const TEMPLATE_CHARS_MAX = 20_000;

/** What is wrong with a template, and where: lines and columns from 1. */
export type TemplateFault = {
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly line: number;
  readonly col: number;
};

/** `{word}`, and `{{word}}` for the word in braces itself. */
const PLACE = /\{\{([a-z][a-z-]*)\}\}|\{([a-z][a-z-]*)\}/g;

const KNOWN = BRIEF_PLACES.map((name) => `{${name}}`).join(' ');

type Found = { readonly name: string; readonly index: number };

/** Everything that is wrong with a template. */
export function templateFaults(text: string): readonly TemplateFault[] {
  const names = [...text.matchAll(PLACE)].flatMap(({ 2: name, index }): Found[] =>
    name === undefined ? [] : [{ name, index }],
  );
  const isAgain = ({ name }: Found, at: number): boolean => names.findIndex((each) => each.name === name) < at;
  const at = ({ index }: Found) => placeAt(text, index);
  return [
    ...names.filter(({ name }) => !isPlace(name)).map((found) => ({ ...unknown(found), ...at(found) })),
    ...names
      .filter((found, index) => isPlace(found.name) && isAgain(found, index))
      .map((found) => ({ ...twice(found), ...at(found) })),
    ...(names.some(({ name }) => name === 'what') ? [] : [{ ...WHATLESS, line: 1, col: 1 }]),
    ...(text.length > TEMPLATE_CHARS_MAX ? [{ ...tooLong(text.length), line: 1, col: 1 }] : []),
  ];
}

type Sentences = Omit<TemplateFault, 'line' | 'col'>;

const unknown = ({ name }: Found): Sentences => ({
  what: `There is no {${name}} to fill in`,
  why: `There are: ${KNOWN}`,
  next: `Write one of these, or {{${name}}} if the braces are meant`,
});

const twice = ({ name }: Found): Sentences => ({
  what: `{${name}} stands there twice`,
  why: 'Each is filled in once, so that a brief keeps its length',
  next: 'Remove one of the two',
});

const WHATLESS: Sentences = {
  what: 'The template has no {what}',
  why: 'That is the brief of the task itself: without it no agent would know what to do',
  next: 'Put {what} where it belongs',
};

const tooLong = (chars: number): Sentences => ({
  what: `The template has ${chars} characters`,
  why: `At most ${TEMPLATE_CHARS_MAX} are allowed, so that what is filled in has room`,
  next: 'Put what is long into a file that the template names',
});

const isPlace = (name: string): name is BriefPlace => BRIEF_PLACES.some((place) => place === name);

function placeAt(text: string, index: number): { readonly line: number; readonly col: number } {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, col: (before.at(-1) ?? '').length + 1 };
}

/** What every agent has to be told, wherever the template puts it. */
const NEVER_LEFT_OUT: readonly (readonly [BriefPlace, string])[] = [
  ['standing', 'Where things stand'],
  ['before', 'What went wrong before'],
  ['said', 'What people said'],
];

/**
 * The template with everything filled in. What is filled in is never looked through again, so a task cannot ask for more. How
 * things stand, what went wrong and what people answered is put at the end if the template has no place for it: an agent that is not told
 * would ask again.
 */
export function fillTemplate(text: string, bodies: BriefBodies): string {
  const used = new Set<string>();
  const filled = text.replace(PLACE, (_, kept: string | undefined, name: string | undefined) => {
    if (name === undefined) return `{${kept}}`;
    used.add(name);
    return isPlace(name) ? bodies[name] || 'None.' : `{${name}}`;
  });
  const missing = NEVER_LEFT_OUT.filter(([place]) => !used.has(place) && bodies[place] !== '');
  return [filled.trimEnd(), ...missing.map(([place, title]) => `## ${title}\n\n${bodies[place]}`)].join('\n\n');
}
