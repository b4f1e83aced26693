/** In whose words the prompts of human-launched mode are written. */
export const PROMPT_STYLES = ['tracks', 'ccc', 'outside', 'dispatch', 'pool', 'cw'] as const;
export type PromptStyle = (typeof PROMPT_STYLES)[number];
