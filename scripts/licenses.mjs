// Writes dist/THIRD_PARTY_LICENSES: name, version and licence text of every package whose code is in dist/. Which ones
// those are is read from the bundles themselves, where each piece is marked with the file that it came from.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const MARK = /^\/\/#region (?:\.\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm;
const LICENSE_FILE = /^licen[cs]e(?:[.-].*)?$/i;

/** Names of the packages whose code is in the bundles, in order. */
export function bundledPackages(dist = join(root, 'dist')) {
  const bundles = readdirSync(dist).filter((file) => file.endsWith('.mjs'));
  const names = bundles.flatMap((file) =>
    [...readFileSync(join(dist, file), 'utf8').matchAll(MARK)].map(([, name]) => name),
  );
  return [...new Set(names)].sort();
}

export function writeLicenses(dist = join(root, 'dist')) {
  const packages = bundledPackages(dist);
  if (packages.length === 0) throw new Error('No package was found in the bundles: their marks have changed');
  const parts = packages.map(licenseOf);
  const head = 'Branchline contains code of these packages.\n';
  writeFileSync(join(dist, 'THIRD_PARTY_LICENSES'), [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`));
}

function licenseOf(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => LICENSE_FILE.test(each));
  if (file === undefined || !existsSync(join(folder, file))) throw new Error(`${name} brings no licence text`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
