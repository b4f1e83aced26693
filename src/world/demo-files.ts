/** A shop so small that its whole test is a shell script, and large enough that six tasks can get in each other's way. */
export const DEMO_FILES: Readonly<Record<string, string>> = {
  'README.md': '# Shop\n\nA very small shop.\n',
  'CHANGELOG.md': '# Changelog\n',
  'shop/prices.txt': 'apple 3\npear 4\n',
  'shop/greeting.txt': 'Welcome!\n',
  'docs/guide.md': '# Guide\n\nBuy apples.\n',
  'test.sh': [
    '#!/bin/sh',
    '# Every price is a number; every file that the guide names is there.',
    'set -eu',
    'awk \'NF != 2 || $2 !~ /^[0-9]+$/ { print "bad price: " $0; bad = 1 } END { exit bad }\' shop/prices.txt',
    'for file in $(sed -n "s/^see: //p" docs/guide.md); do',
    '  test -f "$file" || { echo "the guide names $file, which is missing"; exit 1; }',
    'done',
    'echo "all good"',
    '',
  ].join('\n'),
};

/** Six tasks: two needs, one shared file, one agent that lies at first and one whose first work breaks the test. */
export function demoPlan(agent: readonly string[]): string {
  return `# A plan for the demo. Every field is explained in docs/plan.md.
plan: small-shop
base: main
checks: [sh test.sh]              # run by Branchline on the merged tree, never taken on trust
shared: [CHANGELOG.md]            # one writer at a time, whatever the scopes say
agents:
  default: scripted
  max: 3
  use:
    scripted:
      driver: command
      command: ${JSON.stringify(agent)}
attempts: { max: 3, backoff: 1s }
tasks:
  prices:
    title: Prices for plums and cherries
    steps: [Add plum, Add cherry]
    done: Both fruits have a price
    scope: { may: [shop/prices.txt] }
    estimate: 3
  greeting:
    title: A friendlier greeting
    done: The greeting names the shop
    scope: { may: [shop/greeting.txt] }
    estimate: 1
  opening-hours:
    title: Opening hours            # says "done" at first and has done nothing
    done: The opening hours are written down
    scope: { may: [shop/hours.txt] }
    estimate: 2
  guide:
    title: Guide to the prices      # names a file that is not there at first: the test goes red
    needs: [prices, opening-hours]
    done: The guide points to prices and hours
    scope: { may: ['docs/**'] }
    estimate: 2
  changelog-fruit:
    title: Changelog for the fruit
    needs: [prices]
    scope: { may: [CHANGELOG.md] }
    estimate: 1
  changelog-greeting:
    title: Changelog for the greeting
    needs: [greeting]
    scope: { may: [CHANGELOG.md] }
    estimate: 1
`;
}

/** What the scripted agents do, by task and attempt. */
export function demoScript(): unknown {
  const work = (ms: number) => ({ do: 'sleep', ms });
  const plan = (...items: readonly [string, boolean][]) => ({
    do: 'plan',
    items: items.map(([text, done]) => ({ text, done })),
  });
  return {
    tasks: {
      prices: [
        plan(['Add plum', false], ['Add cherry', false]),
        work(700),
        { do: 'append', path: 'shop/prices.txt', text: 'plum 5\n' },
        plan(['Add plum', true], ['Add cherry', false]),
        work(700),
        { do: 'append', path: 'shop/prices.txt', text: 'cherry 7\n' },
        { do: 'commit', message: 'Prices for plums and cherries' },
        { do: 'say', text: 'Both prices are in.' },
      ],
      greeting: [work(500), { do: 'write', path: 'shop/greeting.txt', text: 'Welcome to the small shop!\n' }],
      'opening-hours': {
        attempts: [
          [work(400), { do: 'say', text: 'Done! Everything works and all tests pass.' }],
          [work(400), { do: 'write', path: 'shop/hours.txt', text: 'Monday to Friday, 9 to 17\n' }],
        ],
      },
      guide: {
        attempts: [
          [work(500), { do: 'append', path: 'docs/guide.md', text: 'see: shop/prices.txt\nsee: shop/opening.txt\n' }],
          [
            work(500),
            { do: 'write', path: 'docs/guide.md', text: '# Guide\n\nsee: shop/prices.txt\nsee: shop/hours.txt\n' },
          ],
        ],
      },
      'changelog-fruit': [work(400), { do: 'append', path: 'CHANGELOG.md', text: '\n- Plums and cherries.\n' }],
      'changelog-greeting': [work(400), { do: 'append', path: 'CHANGELOG.md', text: '\n- A friendlier greeting.\n' }],
    },
  };
}
