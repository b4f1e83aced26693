/** A text as part of a branch name or a folder's: small letters, digits and `-`, which every file system and git take. */
export function slugOf(text: string, { max, otherwise }: { readonly max: number; readonly otherwise: string }): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, max)
    .replace(/-+$/, '');
  return plain === '' ? otherwise : plain;
}
