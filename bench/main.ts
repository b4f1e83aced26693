import { arch, cpus, platform } from 'node:os';
import { Bench, type Row } from './bench.ts';
import { isMet } from './measure.ts';
import { markdown, type Table } from './print.ts';
import { ROWS } from './rows.ts';

/** `bench [--json] [NAME…]`: measures all rows or those named, and prints the table. */
async function main(argv: readonly string[]): Promise<number> {
  const [program = '', ...words] = argv;
  const json = words.includes('--json');
  const names = words.filter((word) => !word.startsWith('-'));
  const unknown = names.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`No row ${unknown.join(', ')}. There are: ${ROWS.map(({ name }) => name).join(' ')}\n`);
    return 2;
  }
  const wanted = ROWS.filter(({ name }) => names.length === 0 || names.includes(name));
  const table = await measured(program, wanted);
  process.stdout.write(`${markdown(table)}\n`);
  if (json) process.stdout.write(`${JSON.stringify(asJson(table), null, 2)}\n`);
  return 0;
}

async function measured(program: string, rows: readonly Row[]): Promise<Table> {
  const bench = await Bench.open(program, process.argv[1] ?? '');
  const startedAt = performance.now();
  try {
    const figures = [];
    for (const row of rows) {
      const begunAt = performance.now();
      for (const figure of await row.measure(bench)) figures.push({ row: row.name, ...figure });
      process.stderr.write(`${row.name}: ${((performance.now() - begunAt) / 1000).toFixed(1)} s\n`);
    }
    const [cpu] = cpus();
    const machine = `${cpus().length} × ${cpu?.model.trim() ?? arch()}, ${platform()}, Node ${process.versions.node}`;
    const took_s = Math.round((performance.now() - startedAt) / 1000);
    return { machine, date: new Date().toISOString().slice(0, 10), took_s, figures };
  } finally {
    await bench.close();
  }
}

const asJson = (table: Table) => ({
  schemaVersion: 1,
  ...table,
  figures: table.figures.map((figure) => ({ ...figure, met: isMet(figure) })),
});

process.exitCode = await main(process.argv.slice(2));
