import type { Oid } from '../core/ports/git.ts';
import type { ObjectFormat } from './loose.ts';

export type Person = { readonly name: string; readonly email: string };
export type UserSettings = {
  readonly author: Person;
  readonly committer: Person;
  /** Settings that hub and slots share with the user's repository: how bytes become files, and how merges read. */
  readonly shared: readonly (readonly [string, string])[];
  /** For slots alone: where LFS finds its files. */
  readonly lfs: readonly (readonly [string, string])[];
  /** Fetch URL of `origin` without credentials; null when there is none. */
  readonly origin: string | null;
  readonly excludesFile: string | null;
  readonly isPartial: boolean;
  /** A group of users writes into the repository: its files need special modes. */
  readonly isShared: boolean;
  /** Repository extensions that we do not know how to carry over. */
  readonly unknownExtensions: readonly string[];
};

const CORE = new Set(['core.autocrlf', 'core.eol', 'core.ignorecase', 'core.filemode', 'core.symlinks']);
/** No `merge.<driver>.driver`: it is a command, and merges of agents' work must start none. */
const MERGE = new Set(['merge.conflictstyle', 'merge.renames', 'merge.renamelimit', 'merge.directoryrenames']);
/** LFS filters are deliberately absent: slots hold pointer files, which merge and land unchanged. */
const LFS = /^lfs\.(url|locksverify|concurrenttransfers|batch|fetchinclude|fetchexclude|.*\.access)$/;
const KNOWN_EXTENSIONS = new Set(['objectformat', 'worktreeconfig', 'noop', 'partialclone', 'relativeworktrees']);
const NOBODY: Person = { name: 'Branchline', email: 'branchline@localhost' };

/** Reads the answer of `git config --list -z`; the last value of a key wins. `env` may name author and committer. */
export function readSettings(listing: Buffer, env: Readonly<Record<string, string>>): UserSettings {
  const config = new Map<string, string>();
  for (const entry of listing.toString('utf8').split('\0').filter(Boolean)) {
    const end = entry.indexOf('\n');
    config.set(end < 0 ? entry : entry.slice(0, end), end < 0 ? 'true' : entry.slice(end + 1));
  }
  const keys = [...config];
  const pick = (wanted: (key: string) => boolean) => keys.filter(([key]) => wanted(key));
  const origin = config.get('remote.origin.url');
  const extensions = keys.filter(([key]) => key.startsWith('extensions.')).map(([key]) => key.slice(11));
  return {
    author: person('author', config, env),
    committer: person('committer', config, env),
    shared: pick((key) => CORE.has(key) || MERGE.has(key)),
    lfs: pick((key) => LFS.test(key)).map(([key, value]) => [key, withoutCredentials(value)] as const),
    origin: origin === undefined ? null : withoutCredentials(origin),
    excludesFile: config.get('core.excludesfile') ?? null,
    isPartial: config.has('extensions.partialclone') || keys.some(([key]) => /^remote\..*\.promisor$/.test(key)),
    isShared: !['umask', 'false', 'no', 'off', '0', undefined].includes(config.get('core.sharedrepository')),
    unknownExtensions: extensions.filter((name) => !KNOWN_EXTENSIONS.has(name)),
  };
}

function person(role: 'author' | 'committer', config: Map<string, string>, env: Readonly<Record<string, string>>) {
  const find = (field: 'name' | 'email') =>
    env[`GIT_${role}_${field}`.toUpperCase()] ?? config.get(`${role}.${field}`) ?? config.get(`user.${field}`);
  return { name: plain(find('name')) || NOBODY.name, email: plain(find('email')) || NOBODY.email };
}

/** A name that cannot break out of its line in a commit. */
const plain = (text: string | undefined): string => (text ?? '').replace(/[<>\n\0]/g, '').trim();

/** `https://me:token@host/x` becomes `https://host/x`; for ssh the user name stays, since it is not a secret. */
function withoutCredentials(url: string): string {
  const found = /^([a-z][a-z0-9+.-]*):\/\/([^/@]*(?:@[^/@]*)*)@(.*)$/i.exec(url);
  if (found === null) return url;
  const [, scheme = '', user = '', rest = ''] = found;
  const name = /^(ssh|git\+ssh)$/i.test(scheme) ? `${user.split(':')[0]}@` : '';
  return `${scheme}://${name}${rest}`;
}

type Line = readonly [key: string, value: string];

/** The whole config of the hub: ours alone, written and never merged with anything found. */
export function hubConfig(format: ObjectFormat, settings: UserSettings): string {
  return configText([...formatLines(format), ['core.bare', 'true'], ...QUIET, ...settings.shared]);
}

/** The config of a slot: like a clone's, but nothing can be pushed by accident. */
export function slotConfig(format: ObjectFormat, settings: UserSettings): string {
  return configText([
    ...formatLines(format),
    ['core.bare', 'false'],
    ['core.logallrefupdates', 'true'],
    ...QUIET,
    ...settings.shared,
    ...settings.lfs,
    ['user.name', settings.committer.name],
    ['user.email', settings.committer.email],
    ['author.name', settings.author.name],
    ['author.email', settings.author.email],
    ['remote.origin.url', settings.origin ?? 'branchline-no-remote:///none'],
    ['remote.origin.pushurl', 'branchline-no-push:///disabled'],
    ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
  ]);
}

const QUIET: readonly Line[] = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];

const formatLines = (format: ObjectFormat): readonly Line[] =>
  format === 'sha1'
    ? [['core.repositoryformatversion', '0']]
    : [
        ['core.repositoryformatversion', '1'],
        ['extensions.objectformat', format],
      ];

/** Settings as git writes them. Every value is quoted, so that no value can start another setting. */
function configText(lines: readonly Line[]): string {
  return lines
    .map(([key, value]) => {
      const first = key.indexOf('.');
      const last = key.lastIndexOf('.');
      const name = key.slice(last + 1);
      const head = first === last ? key.slice(0, first) : `${key.slice(0, first)} ${quote(key.slice(first + 1, last))}`;
      return `[${head}]\n\t${name} = ${quote(value)}\n`;
    })
    .join('');
}

const quote = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\0/g, '')}"`;

export type CommitSpec = { readonly tree: Oid; readonly parents: readonly Oid[]; readonly message: string };

/** The body of a commit object. Dates are today's: older ones would make every later merge walk the history. */
export function commitBody(spec: CommitSpec, settings: UserSettings, now_ms: number): Buffer {
  const date = `${Math.floor(now_ms / 1000)} +0000`;
  const by = ({ name, email }: Person): string => `${name} <${email}> ${date}`;
  const head = [
    `tree ${spec.tree}`,
    ...spec.parents.map((parent) => `parent ${parent}`),
    `author ${by(settings.author)}`,
    `committer ${by(settings.committer)}`,
  ];
  const message = spec.message.replace(/\0/g, '').trimEnd();
  return Buffer.from(`${head.join('\n')}\n\n${message}\n`, 'utf8');
}
