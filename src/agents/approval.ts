import { ALLOW, type Asked, REFUSE } from '../core/question.ts';

/** What a person may answer when asked whether something may be done; any other answer is a refusal with a reason. */
export const APPROVAL_OPTIONS: readonly string[] = ['yes', 'no'];

/**
 * Whether paths beyond the scope may be written. Those of the worktree are a matter of the plan, which a yes widens; a place
 * outside of it never lands, and is only approved of.
 */
export const scopeQuestion = (text: string, paths: readonly string[]): Asked =>
  paths.some((path) => path.startsWith('/') || path.split('/').includes('..'))
    ? { kind: 'approve', text, options: APPROVAL_OPTIONS }
    : { kind: 'scope', text, options: [ALLOW, REFUSE], paths };

/** True when the answer says yes: only then may it be done. */
export const isApproval = (answer: string): boolean =>
  /^\W*(?:y|yes|yep|ok|okay|sure|allow(?:ed)?|approved?|granted?|go(?: ahead| on)?|ja|oui|s[ií])\b(?!\W+but\b)/i.test(
    answer.trim(),
  );

/** The reason in a refusal; null: just a no. */
export const refusalReason = (answer: string): string | null => {
  const reason = answer.trim().replace(/^(?:no|n|nein|non|refused?|reject(?:ed)?|den(?:y|ied))\b[\s,.;:!–—-]*/i, '');
  return reason === '' ? null : reason;
};
