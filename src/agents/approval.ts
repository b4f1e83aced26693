/** What a person may answer when asked whether something may be done; any other answer is a refusal with a reason. */
export const APPROVAL_OPTIONS: readonly string[] = ['yes', 'no'];

/** True when the answer says yes: only then may it be done. */
export const isApproval = (answer: string): boolean =>
  /^\W*(?:y|yes|yep|ok|okay|sure|allow(?:ed)?|approved?|granted?|go(?: ahead| on)?|ja|oui|s[ií])\b(?!\W+but\b)/i.test(
    answer.trim(),
  );

/** The reason in a refusal; null: just a no. */
export const refusalReason = (answer: string): string | null => {
  const reason = answer.trim().replace(/^(?:no|n|nein|non|reject(?:ed)?|den(?:y|ied))\b[\s,.;:!–—-]*/i, '');
  return reason === '' ? null : reason;
};
