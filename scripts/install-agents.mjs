// `node scripts/install-agents.mjs [--all | NAME …]`: installs the real clients of `agents.mjs` into `.agents/`, each into a
// folder of its own. What is there at its pin is left alone. One line for each client; fails if one could not be had.
import { spawn } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { agents, folderOf, isInstalled, namesOf, pinOf, programOf, stampOf } from './agents.mjs';

/** Installs what is missing of the named clients; true when all of them are there. */
export async function installAgents(names) {
  // Under `npm test` this setting of .npmrc comes down as a variable, which an npm below takes for a flag and refuses.
  delete process.env.npm_config_allow_scripts;
  const installed = await Promise.all(names.map(installAgent));
  return installed.every(Boolean);
}

async function installAgent(name) {
  const startedAt = performance.now();
  if (isInstalled(name)) return tell(name, 'present', startedAt);
  // Half of an installation, or another version, is no ground to build on.
  rmSync(folderOf(name), { recursive: true, force: true });
  mkdirSync(folderOf(name), { recursive: true });
  const { package: packageName, version } = agents[name];
  const { code, told } = await npmInstall(folderOf(name), `${packageName}@${version}`);
  if (code !== 0) return tell(name, `FAILED: npm ended with ${code}\n${told}`, startedAt);
  if (programOf(name) === null) return tell(name, 'FAILED: it has no program for this machine', startedAt);
  writeFileSync(stampOf(name), pinOf(name));
  return tell(name, 'installed', startedAt);
}

/** Scripts of packages stay out: the native programs lie in packages of their own and need none. */
function npmInstall(prefix, wanted) {
  const flags = ['--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn('npm', ['install', '--prefix', prefix, ...flags, wanted], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (told += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: error.message, told }));
    child.once('close', (code) => resolve({ code, told }));
  });
}

function tell(name, what, startedAt) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const isThere = !what.startsWith('FAILED');
  process.stderr.write(`${name.padEnd(10)} ${agents[name].version.padEnd(8)} ${what}, ${seconds} s\n`);
  return isThere;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2);
  const named = words.filter((word) => !word.startsWith('-'));
  const unknown = named.filter((name) => !(name in agents));
  if (unknown.length > 0) {
    process.stderr.write(`No client ${unknown.join(', ')}. There are: ${Object.keys(agents).join(' ')}\n`);
    process.exit(2);
  }
  const isWell = await installAgents(named.length > 0 ? named : namesOf(words.includes('--all')));
  process.exit(isWell ? 0 : 1);
}
