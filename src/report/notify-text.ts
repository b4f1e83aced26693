import { visible } from './visible.ts';
import { cut } from './width.ts';

/** Bell and an OSC 9 message: terminals that know OSC 9 show a desktop notification, the others only ring. */
export const notification = (message: string): string => `\x07\x1b]9;${shortened(message)}\x1b\\`;

/** Windows Terminal reads `9;4;…` as a progress bar; a message must not begin like a number and a semicolon. */
const shortened = (message: string): string => {
  const text = cut(visible(message), 200);
  return /^\d+;/.test(text) ? ` ${text}` : text;
};
