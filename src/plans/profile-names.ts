/** Ways of working that are known by the name of the system that prescribes them. */
export const PROFILE_NAMES = ['tracks', 'ccc', 'dispatch', 'pool', 'cw'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];
