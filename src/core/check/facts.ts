/** What `check` must know of the world. */
export type CheckFacts = {
  /** All paths of the commit where work starts. */
  readonly paths: readonly string[];
  readonly ignoreCase: boolean;
  /** Brief files that the base commit does not hold. */
  readonly missingBriefs: readonly string[];
  /** How many characters the other brief files have, by their paths. */
  readonly briefChars?: ReadonlyMap<string, number>;
  /** Short names of the branches of the user's repository. */
  readonly existingBranches: readonly string[];
  /** Names of the variables that are set. */
  readonly environment: readonly string[];
};
