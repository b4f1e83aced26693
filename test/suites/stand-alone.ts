import { chooseDriver } from '../../src/store/driver.ts';
import { leasesSuite } from './leases.ts';
import { queueSuite } from './queue.ts';
import { sqlitePlaces } from './sqlite-place.ts';
import { storeSuite } from './store.ts';

/**
 * Runs the three suites without a test runner, so that they can run on a Node that the test runner is not installed
 * for: `stand-alone PROGRAM [DRIVER]`, where PROGRAM is the built `store-process.ts` and DRIVER the library that must be in use.
 */
const [program = '', wanted] = process.argv.slice(2);
const driver = chooseDriver();
const name = driver.ok ? driver.value.name : driver.error.message;
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

print(`Node ${process.version}, ${name}`);
if (wanted !== undefined && name !== wanted) {
  print(`not ok: ${wanted} was wanted`);
  process.exit(1);
}

const places = sqlitePlaces(program);
const suites = { store: storeSuite(places), leases: leasesSuite(places), queue: queueSuite(places) };
let failed = 0;
for (const [suite, cases] of Object.entries(suites)) {
  for (const each of cases) {
    const failure = await each.run().then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) continue;
    failed++;
    print(`not ok: ${suite}: ${each.name}\n${failure instanceof Error ? failure.stack : String(failure)}`);
  }
  print(`${suite}: ${cases.length} run`);
}
const count = Object.values(suites).flat().length;
print(`${count - failed} of ${count} passed on ${name}`);
process.exitCode = failed === 0 ? 0 : 1;
