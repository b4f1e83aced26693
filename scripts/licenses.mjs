// Writes dist/THIRD_PARTY_LICENSES: name, version and licence text of every package whose code is in dist/. Which ones
// those are is read from the bundles themselves, where each piece is marked with the file that it came from.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const MARK = /^\/\/#region (?:\.\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm;
/** Where a package has another one's code in its own files, made by the same kind of bundler. */
const HIDDEN = /^\/\/#region \S*\/\.pnpm\/\S+?@([^/\s]+)\/node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm;
/** Packages that came hidden in others, which bring no text of theirs: each has the MIT licence. */
const HIDDEN_AUTHORS = { 'content-type': '2015 Douglas Christopher Wilson' };
const FILE_MARK = /^\/\/#region (?:\.\/)?(node_modules\/\S+)$/gm;
const LICENSE_FILE = /^licen[cs]e(?:[.-].*)?$/i;

/** Names of the packages whose code is in the bundles, in order. */
export function bundledPackages(dist = join(root, 'dist')) {
  const bundles = readdirSync(dist).filter((file) => file.endsWith('.mjs'));
  const names = bundles.flatMap((file) =>
    [...readFileSync(join(dist, file), 'utf8').matchAll(MARK)].map(([, name]) => name),
  );
  return [...new Set(names)].sort();
}

/** Names and versions of packages whose code is in files of the bundled ones. */
export function hiddenPackages(dist = join(root, 'dist')) {
  const bundles = readdirSync(dist).filter((file) => file.endsWith('.mjs'));
  const files = bundles.flatMap((file) =>
    [...readFileSync(join(dist, file), 'utf8').matchAll(FILE_MARK)].map(([, path]) => path),
  );
  const found = [...new Set(files)].flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(HIDDEN)]);
  return new Map(found.map(([, version, name]) => [name, version]));
}

export function writeLicenses(dist = join(root, 'dist')) {
  const packages = bundledPackages(dist);
  if (packages.length === 0) throw new Error('No package was found in the bundles: their marks have changed');
  const parts = [...packages.map(licenseOf), ...[...hiddenPackages(dist)].map(hiddenLicense)];
  const head = 'Branchline contains code of these packages.\n';
  writeFileSync(join(dist, 'THIRD_PARTY_LICENSES'), [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`));
}

function licenseOf(name) {
  const folder = join(root, 'node_modules', name);
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => LICENSE_FILE.test(each));
  const text = file === undefined ? statedLicense(name, about) : readFileSync(join(folder, file), 'utf8');
  return `${name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
}

function hiddenLicense([name, version]) {
  const author = HIDDEN_AUTHORS[name];
  if (author === undefined)
    throw new Error(`${name} ${version} is hidden in another package, and its licence is not known here`);
  return `${name} ${version} (MIT)\n\n${MIT.replace('AUTHORS', author).trim()}\n`;
}

/** Some packages state the MIT licence and bring no text of it; theirs is the standard one, in their authors' name. */
function statedLicense(name, { license, author }) {
  if (license !== 'MIT') throw new Error(`${name} brings no licence text, and ${license} has none that is known here`);
  return MIT.replace('AUTHORS', typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`));
}

const MIT = `MIT License

Copyright (c) AUTHORS

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
