import { expect, test } from 'vitest';
import { Screen } from './screen.ts';

/** A terminal as far as the screen uses one: a column of lines, a cursor, up, erase. */
function terminal() {
  const lines: string[] = [''];
  let row = 0;
  const write = (text: string) => {
    for (const [token] of text.matchAll(/\x1b\[(\d+)A|\x1b\[\?7[hl]|\x1b\[[KJ]|\n|\r|[^\x1b\n\r]+/g)) {
      if (token === '\n') {
        row += 1;
        lines[row] ??= '';
      } else if (token.endsWith('A') && token.startsWith('\x1b')) row -= Number(token.slice(2, -1));
      else if (token === '\x1b[J') lines.splice(row, lines.length, '');
      else if (!token.startsWith('\x1b') && token !== '\r') lines[row] = token;
    }
  };
  return { write, shown: () => lines.join('\n') };
}

test('frames replace each other in place, also when they get shorter', () => {
  const { write, shown } = terminal();
  const screen = new Screen(write);
  screen.paint(['one', 'two', 'three'], 80);
  screen.paint(['1', '2'], 80);
  expect(shown()).toBe('1\n2\n');
});

test('text above stays and the frame comes back below it', () => {
  const { write, shown } = terminal();
  const screen = new Screen(write);
  screen.paint(['a', 'b'], 80);
  screen.above('landed\n', 80);
  expect(shown()).toBe('landed\na\nb\n');
  screen.paint(['c'], 80);
  expect(shown()).toBe('landed\nc\n');
});

test('an unchanged frame writes nothing', () => {
  const written: string[] = [];
  const screen = new Screen((text) => written.push(text));
  screen.paint(['same'], 80);
  screen.paint(['same'], 80);
  expect(written).toHaveLength(1);
});

test('lines that wrapped when the terminal got narrower are all taken back', () => {
  const written: string[] = [];
  const screen = new Screen((text) => written.push(text));
  screen.paint(['x'.repeat(80), '\x1b[31mred\x1b[39m'], 80);
  screen.paint(['y'], 40);
  expect(written[1]).toMatch(/^\x1b\[3A\r/);
});
