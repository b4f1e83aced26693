/** What Branchline takes from its environment. The only reader of `process.env`; an empty variable counts as unset. */
export type Environment = {
  readonly home: string;
  /** BRANCHLINE_STATE_DIR: where all state is kept, whatever the XDG variables say. */
  readonly stateDir: string | null;
  readonly xdgStateHome: string | null;
  readonly xdgConfigHome: string | null;
  readonly xdgCacheHome: string | null;
  /** NO_COLOR is set, to anything. */
  readonly noColor: boolean;
  readonly forceColor: boolean;
  readonly ci: boolean;
  readonly terminal: string | null;
  /** VISUAL, else EDITOR. */
  readonly editor: string | null;
  readonly shell: string | null;
  /** Everything, for `env-required` and for what is passed on to agents by an allow-list. */
  readonly variables: Readonly<Record<string, string>>;
};

/** Reads the environment of this process, or one that is given. `homeDir`: what the system says without HOME. */
export function readEnvironment(homeDir: string, env: NodeJS.ProcessEnv = process.env): Environment {
  const variables = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  );
  const get = (name: string): string | null => variables[name] || null;
  return {
    home: get('HOME') ?? homeDir,
    stateDir: get('BRANCHLINE_STATE_DIR'),
    xdgStateHome: get('XDG_STATE_HOME'),
    xdgConfigHome: get('XDG_CONFIG_HOME'),
    xdgCacheHome: get('XDG_CACHE_HOME'),
    noColor: get('NO_COLOR') !== null,
    forceColor: get('FORCE_COLOR') !== null && get('FORCE_COLOR') !== '0',
    ci: get('CI') !== null && get('CI') !== 'false',
    terminal: get('TERM'),
    editor: get('VISUAL') ?? get('EDITOR'),
    shell: get('SHELL'),
    variables,
  };
}
