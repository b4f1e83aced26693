import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReadSettings, readSettings, type SettingsSource, settingsInEnvironment } from '../plans/settings.ts';
import type { Environment } from '../system/environment.ts';
import { pathsFor } from '../system/paths.ts';

export type WorldSettings = ReadSettings;

/** Reads the configuration files that there are, and the variables; flags are put on top by the commands that have them. */
export async function readWorldSettings(root: string, environment: Environment): Promise<WorldSettings> {
  const { config } = pathsFor(environment, process.platform, root);
  const files = [
    { name: 'local', file: join(root, '.branchline', 'config.local.yaml') },
    { name: 'repository', file: join(root, '.branchline', 'config.yaml') },
    { name: 'user', file: join(config, 'config.yaml') },
  ] as const;
  const sources: SettingsSource[] = [{ name: 'environment', values: settingsInEnvironment(environment.variables) }];
  for (const { name, file } of files) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) sources.push({ name, file, text });
  }
  return readSettings(sources);
}
