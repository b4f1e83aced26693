/**
 * Paths that a task owns, as patterns. There a path stands for everything that begins with it, so a folder is all that is
 * below it. What has a `*` already is taken as it is, but for `x/*`, which meant the same.
 */
export function patternsOf(paths: readonly string[]): {
  readonly may: readonly string[];
  readonly note: string | null;
} {
  const may = paths.flatMap((path) => {
    const plain = path.replace(/^\.\//, '');
    if (/[*?[{]/.test(plain)) return [plain.replace(/(^|\/)\*$/, '$1**')];
    if (plain.endsWith('/')) return [`${plain}**`];
    // A name with an ending is a file; one without may be either.
    return /\.[A-Za-z0-9]+$/.test(plain) ? [plain] : [plain, `${plain}/**`];
  });
  const isChanged = may.length !== paths.length || may.some((pattern, index) => pattern !== paths[index]);
  return { may: [...new Set(may)], note: isChanged ? 'a path owns what is below it' : null };
}
