import { describe, expect, test } from 'vitest';
import { closingQuestion } from './closing-question.ts';

describe('a closing question', () => {
  test.each([
    ['Which database should I use, SQLite or PostgreSQL?'],
    ['I looked at the code.\n\nShould the endpoint return 404 or 410 for deleted users?'],
    ['Before I start: may I add a dependency on zod?'],
    ['There are two ways to do it. Do you want the migration to be reversible?'],
    ['**Which branch should this be based on?**'],
    ['Where is the configuration of the mailer kept? (I found none.) Could you point me to it?'],
    ['The brief mentions "the new API", but there are three. Which one do you mean?'],
    ['Could you tell me the name of the table?'],
    ['I found no tests.\n\nHow should I verify the change?\n- by hand\n- with a new test'],
    ['What should I do?\n\n1. Delete the file\n2. Keep the file'],
    ['I read `src/app.ts?raw` and more.\n\nOkay, so should I proceed with the second option?'],
    ['Would you like me to go on with plan A?'],
  ])('is %j', (text) => {
    expect(closingQuestion(text)).not.toBeNull();
  });

  test('is given with its options, without what stands before it', () => {
    expect(closingQuestion('I read it all.\n\nWhich one?\n- a\n- b\n')).toBe('Which one?\n- a\n- b');
    expect(closingQuestion('Hm.\n\nWhich one?\n\n1. a\n2. b')).toBe('Which one?\n1. a\n2. b');
    expect(closingQuestion(`${'Long. '.repeat(400)}Which one?`)).toBe('Which one?');
  });

  test.each([
    [''],
    ['All done.'],
    ['Done. Is there anything else I can help with?'],
    ['I have implemented the endpoint and all tests pass. Would you like me to add more tests?'],
    ['I fixed the bug. Shall I also update the docs?'],
    ['Any other questions?'],
    ['error: unknown command "statsu". Did you mean "status"?'],
    ['The user sees the dialog "Are you sure?"'],
    ['It prints `really?`'],
    ['Why does it fail? Because the port is taken.'],
    ['```\nWhich one should I take?\n```'],
    ['See https://example.com/search?'],
    ['The function returns true if the value is set?'],
    ['Continue? [y/N]'],
    ['Done?!'],
    [`Which ${'very '.repeat(200)}long one?`],
  ])('is not %j', (text) => {
    expect(closingQuestion(text)).toBeNull();
  });
});
