import { parse } from 'yaml';

/** Files at the root of a repository that say how it is set up, tested, linted and built. */
export const TELLING_FILES = [
  ...[
    'package.json',
    'package-lock.json',
    'npm-shrinkwrap.json',
    'pnpm-lock.yaml',
    'yarn.lock',
    'bun.lock',
    'bun.lockb',
  ],
  ...['Makefile', 'makefile', 'GNUmakefile', 'justfile', 'Cargo.toml', 'Cargo.lock', 'go.mod', 'go.sum'],
  ...['pyproject.toml', 'setup.cfg', 'setup.py', 'tox.ini', 'requirements.txt', 'uv.lock', 'poetry.lock'],
  ...['pom.xml', 'mvnw', 'build.gradle', 'build.gradle.kts', 'gradlew', 'Gemfile', 'Gemfile.lock', 'Rakefile'],
  ...['composer.json', 'composer.lock', 'mix.exs', 'Package.swift', 'CMakeLists.txt', 'deno.json'],
] as const;

/** What was found, each once and in the order of trust: the repository's own scripts before customs of its language. */
export type Found = {
  readonly setup: readonly string[];
  readonly test: readonly string[];
  readonly lint: readonly string[];
  readonly build: readonly string[];
  /** Files that one task at a time should write: lock files. */
  readonly shared: readonly string[];
  /** Ignored folders worth keeping between attempts. */
  readonly keep: readonly string[];
};
export type Files = Readonly<Record<string, string>>;

/** Finds the commands of a repository from the texts of its `TELLING_FILES`. Starts nothing, asks nobody. */
export function findCommands(files: Files): Found {
  const found = [ofNode, ofMake, ofCargo, ofGo, ofPython, ofJvm, ofRuby, ofPhp].map((look) => look(files));
  const all = (key: keyof Found): readonly string[] => [...new Set(found.flatMap((one) => one[key] ?? []))];
  const shared = [...new Set([...all('shared'), ...LOCKS.filter((name) => name in files)])];
  return { setup: all('setup'), test: all('test'), lint: all('lint'), build: all('build'), shared, keep: all('keep') };
}

const LOCKS = TELLING_FILES.filter((name) => /lock|go\.sum|shrinkwrap/.test(name));

type Look = (files: Files) => Partial<Found>;

const ofNode: Look = (files) => {
  const text = files['package.json'];
  if (text === undefined) return {};
  const { scripts, needsInstall } = packageOf(text);
  const [manager, install] = nodeManager(files);
  const has = (name: string): boolean => {
    const script = scripts[name];
    return typeof script === 'string' && !/no test specified/.test(script);
  };
  const run = (...names: readonly string[]): readonly string[] =>
    names.filter(has).map((name) => (name === 'test' ? `${manager} test` : `${manager} run ${name}`));
  return {
    setup: needsInstall ? [install] : [],
    test: run('test'),
    lint: run('lint', 'typecheck', 'type-check'),
    build: run('build'),
    keep: needsInstall ? ['node_modules/'] : [],
  };
};

function packageOf(text: string): {
  readonly scripts: Readonly<Record<string, unknown>>;
  readonly needsInstall: boolean;
} {
  const parsed = readLoosely(text);
  const map = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const whole = map(parsed);
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  const needsInstall =
    kinds.some((kind) => Object.keys(map(whole[kind])).length > 0) || whole['workspaces'] !== undefined;
  return { scripts: map(whole['scripts']), needsInstall };
}

/** JSON is YAML; a file that is neither tells nothing. */
function readLoosely(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    return null;
  }
}

function nodeManager(files: Files): readonly [manager: string, install: string] {
  if ('pnpm-lock.yaml' in files) return ['pnpm', 'pnpm install --frozen-lockfile'];
  if ('yarn.lock' in files) return ['yarn', 'yarn install'];
  if ('bun.lock' in files || 'bun.lockb' in files) return ['bun', 'bun install --frozen-lockfile'];
  const locked = 'package-lock.json' in files || 'npm-shrinkwrap.json' in files;
  return ['npm', locked ? 'npm ci' : 'npm install'];
}

const ofMake: Look = (files) => {
  const text = files['Makefile'] ?? files['makefile'] ?? files['GNUmakefile'];
  if (text === undefined) return {};
  const targets = new Set([...text.matchAll(/^([A-Za-z][\w-]*)\s*:(?!=)/gm)].map((match) => match[1] ?? ''));
  const make = (...names: readonly string[]): readonly string[] =>
    names
      .filter((name) => targets.has(name))
      .slice(0, 1)
      .map((name) => `make ${name}`);
  return { test: make('test', 'check'), lint: make('lint'), build: make('build') };
};

const ofCargo: Look = (files) =>
  'Cargo.toml' in files
    ? { test: ['cargo test'], lint: ['cargo clippy -- -D warnings'], build: ['cargo build'], keep: ['target/'] }
    : {};

const ofGo: Look = (files) =>
  'go.mod' in files ? { test: ['go test ./...'], lint: ['go vet ./...'], build: ['go build ./...'] } : {};

const ofPython: Look = (files) => {
  const text = ['pyproject.toml', 'setup.cfg', 'tox.ini', 'requirements.txt']
    .map((name) => files[name] ?? '')
    .join('\n');
  if (text.trim() === '' && !('setup.py' in files)) return {};
  const runner = 'uv.lock' in files ? 'uv run ' : 'poetry.lock' in files ? 'poetry run ' : '';
  const setup = runner === 'uv run ' ? ['uv sync'] : runner === 'poetry run ' ? ['poetry install'] : [];
  const test = /pytest/.test(text) ? `${runner}pytest` : `${runner}python3 -m unittest`;
  const lint = [/\bruff\b/.test(text) ? `${runner}ruff check .` : '', /\bmypy\b/.test(text) ? `${runner}mypy .` : ''];
  return {
    setup,
    test: [test],
    lint: lint.filter((command) => command !== ''),
    keep: setup.length > 0 ? ['.venv/'] : [],
  };
};

const ofJvm: Look = (files) => {
  if ('pom.xml' in files) {
    const maven = 'mvnw' in files ? './mvnw' : 'mvn';
    return { test: [`${maven} -q test`], build: [`${maven} -q -DskipTests package`], keep: ['target/'] };
  }
  if (!('build.gradle' in files) && !('build.gradle.kts' in files)) return {};
  const gradle = 'gradlew' in files ? './gradlew' : 'gradle';
  return { test: [`${gradle} test`], build: [`${gradle} assemble`], keep: ['.gradle/', 'build/'] };
};

const ofRuby: Look = (files) => {
  const text = files['Gemfile'];
  if (text === undefined) return {};
  const test = /rspec/.test(text) ? 'bundle exec rspec' : 'bundle exec rake test';
  return { setup: ['bundle install'], test: [test], lint: /rubocop/.test(text) ? ['bundle exec rubocop'] : [] };
};

const ofPhp: Look = (files) => {
  const text = files['composer.json'];
  if (text === undefined) return {};
  const own = /"test"\s*:/.test(text) ? ['composer test'] : /phpunit/.test(text) ? ['vendor/bin/phpunit'] : [];
  return {
    setup: ['composer install'],
    test: own,
    lint: /phpstan/.test(text) ? ['vendor/bin/phpstan'] : [],
    keep: ['vendor/'],
  };
};
