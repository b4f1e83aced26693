/** Why the state file was not opened. `message` says what, why and what to do next. */
export type StoreRefusal = {
  readonly reason: 'no-sqlite' | 'sqlite-too-old' | 'newer-file' | 'network-file-system' | 'unreadable';
  readonly message: string;
};
