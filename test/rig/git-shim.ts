import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A `git` to stand first on PATH. It writes down each command that the engine gives, and kills the engine (its parent)
 * before, while or after the real one runs, where `point` says so. Agents and checks get the real one.
 */
export async function gitShim(folder: string): Promise<string> {
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'git'), script(folder, real));
  await chmod(join(bin, 'git'), 0o755);
  return bin;
}

const script = (folder: string, real: string): string => `#!/bin/sh
[ -z "$BRANCHLINE_MARK" ] || exec '${real}' "$@"
command=
value=
for word; do
  if [ -n "$value" ]; then value=; continue; fi
  case $word in
    -c|-C|--git-dir|--work-tree|--namespace) value=next;;
    -*) ;;
    *) command=$word; break;;
  esac
done
engine=$PPID
# The engine starts most of its gits through small shells of its own.
read -r parent < /proc/$PPID/comm
if [ "$parent" = sh ]; then engine=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$PPID/status); fi
# Making a folder is what numbers the commands of one kind: it succeeds for one of us only.
nth=1
while ! mkdir "${folder}/git-$engine-$command-$nth" 2>/dev/null; do nth=$((nth + 1)); done
printf '%s\\n' "$nth before git $command" "$nth while git $command" "$nth after git $command" >> '${folder}/passed'
read -r point < '${folder}/point'
case $point in
  "$nth before git $command")
    printf '%s' "$point" > '${folder}/hit'; kill -9 $engine; exit 1;;
  "$nth while git $command")
    printf '%s' "$point" > '${folder}/hit'
    '${real}' "$@" <&0 &
    kill -9 $engine; wait; exit 1;;
  "$nth after git $command")
    '${real}' "$@"
    printf '%s' "$point" > '${folder}/hit'; kill -9 $engine; exit 1;;
esac
exec '${real}' "$@"
`;
