import { ANY_AGENT, type Profile } from './profile.ts';
import { CLAUDE_OVER_ACP } from './profiles/claude.ts';
import { CODEX_OVER_ACP } from './profiles/codex.ts';
import { COPILOT } from './profiles/copilot.ts';
import { GEMINI } from './profiles/gemini.ts';
import { OPENCODE } from './profiles/opencode.ts';
import { QWEN } from './profiles/qwen.ts';

/** The agents whose ways are known, by the names that settings give them under `profile`. */
export const PROFILES: Readonly<Record<string, Profile>> = {
  gemini: GEMINI,
  opencode: OPENCODE,
  copilot: COPILOT,
  qwen: QWEN,
  claude: CLAUDE_OVER_ACP,
  codex: CODEX_OVER_ACP,
};

/** The profile of that name; any agent's, where none is named or nobody knows it. */
export const profileNamed = (name: string | null): Profile =>
  (name !== null && Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined) ?? ANY_AGENT;

/** The profile that fits an agent by how it calls itself, where the settings named none. */
export const profileOf = (profile: Profile, calls: string): Profile => {
  if (profile !== ANY_AGENT) return profile;
  return Object.values(PROFILES).find(({ calledIn }) => calledIn.includes(calls.toLowerCase())) ?? profile;
};
