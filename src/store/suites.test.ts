import { describe, test } from 'vitest';
import { built } from '../../test/rig/build.ts';
import { leasesSuite } from '../../test/suites/leases.ts';
import type { Case, Opener } from '../../test/suites/place.ts';
import { queueSuite } from '../../test/suites/queue.ts';
import { sqlitePlaces } from '../../test/suites/sqlite-place.ts';
import { storeSuite } from '../../test/suites/store.ts';

const program = built('test/suites/store-process.ts', ['test/suites', 'src/store', 'src/system', 'src/core']);
const places: Opener = async () => sqlitePlaces(await program)();

const run = (cases: readonly Case[]): void => {
  for (const each of cases) test(each.name, each.run);
};

describe('the store on SQLite', () => run(storeSuite(places)));
describe('the leases on SQLite', () => run(leasesSuite(places)));
describe('the queue on SQLite', () => run(queueSuite(places)));
