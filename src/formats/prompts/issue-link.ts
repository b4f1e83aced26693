/** A reference to an issue of a tracker, taken apart as far as it says. */
export type IssueLink = {
  /** As the plan has it. */
  readonly ref: string;
  /** What people call it: `#41`, `PAY-10`. */
  readonly key: string;
  /** What stands in the brackets of a link. */
  readonly label: string;
  /** null: it is a bare id, and nobody can click on it. */
  readonly url: string | null;
  /** Where `gh` finds it; null: it is no issue of GitHub. `repo` null: that of the folder at hand. */
  readonly github: { readonly number: string; readonly repo: string | null } | null;
};

const LINK = /^\[([^[\]]+)\]\((https?:\/\/[^\s()<>]+)\)$/;
const ADDRESS = /^https?:\/\/[^\s()<>]+$/;
const GITHUB_ADDRESS = /^https?:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/issues\/(\d+)(?:[#?].*)?$/;
const LINEAR_ADDRESS = /^https?:\/\/linear\.app\/[\w-]+\/issue\/([A-Z][A-Z0-9]*-\d+)(?:[/#?].*)?$/;
const OF_REPOSITORY = /^(?:github:)?([\w.-]+\/[\w.-]+)#(\d+)$/;
const NUMBER = /^(?:github:)?#?(\d+)$/;
const OF_WORKSPACE = /^linear:([\w-]+)\/([A-Z][A-Z0-9]*-\d+)$/;
const KEY = /^(?:linear:)?([A-Z][A-Z0-9]*-\d+)$/;

/** Understands `#41`, `acme/shop#41`, `PAY-10`, addresses, and Markdown links; the prefixes `github:` and `linear:` too. */
export function issueLink(ref: string): IssueLink {
  const [, label, target] = LINK.exec(ref) ?? [];
  if (label !== undefined && target !== undefined) return { ...addressed(ref, target), label };
  if (ADDRESS.test(ref)) return addressed(ref, ref);
  const [, repo, number] = OF_REPOSITORY.exec(ref) ?? [];
  if (repo !== undefined && number !== undefined) {
    const url = `https://github.com/${repo}/issues/${number}`;
    return { ...named(ref, `#${number}`), url, github: { number, repo } };
  }
  const [, alone] = NUMBER.exec(ref) ?? [];
  if (alone !== undefined) return { ...named(ref, `#${alone}`), github: { number: alone, repo: null } };
  const [, workspace, placed] = OF_WORKSPACE.exec(ref) ?? [];
  if (workspace !== undefined && placed !== undefined) {
    return { ...named(ref, placed), url: `https://linear.app/${workspace}/issue/${placed}` };
  }
  return named(ref, KEY.exec(ref)?.[1] ?? ref);
}

const named = (ref: string, key: string): IssueLink => ({ ref, key, label: key, url: null, github: null });

function addressed(ref: string, url: string): IssueLink {
  const [, repo, number] = GITHUB_ADDRESS.exec(url) ?? [];
  if (repo !== undefined && number !== undefined) {
    return { ...named(ref, `#${number}`), url, github: { number, repo } };
  }
  const last = url
    .replace(/[#?].*$/, '')
    .split('/')
    .filter((part) => part !== '')
    .at(-1);
  return { ...named(ref, LINEAR_ADDRESS.exec(url)?.[1] ?? last ?? url), url };
}

/** As a link where there is one to follow, else as it is. */
export const linked = ({ label, url }: IssueLink, title = ''): string => {
  const text = title === '' || label.includes(': ') ? label : `${label}: ${title}`;
  return url === null ? text : `[${text.replace(/[[\]]/g, '\\$&')}](${url})`;
};

/** The same in as few words as can be. */
export const shortLink = ({ key, url }: IssueLink): string => (url === null ? key : `[${key}](${url})`);
