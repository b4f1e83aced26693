// `npm run build`: the programs, the library, its types and the licences of what is bundled. `--clean` begins with an
// empty dist/, which is what a package must be made from: old chunks stay otherwise.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, buildTypes, install, root } from './install.mjs';
import { writeLicenses } from './licenses.mjs';

install();
if (process.argv.includes('--clean')) rmSync(join(root, 'dist'), { recursive: true, force: true });
build();
buildTypes();
writeLicenses();
