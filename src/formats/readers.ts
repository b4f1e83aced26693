import { checklist } from './checklist/read.ts';
import { dispatch } from './dispatch/read.ts';
import { dispatchBoard } from './dispatch-board/read.ts';
import { dispatchConfig } from './dispatch-config/read.ts';
import type { Reader } from './source.ts';

/** Every format that can be read. Whoever is as sure as another and stands first is taken. */
export const READERS: readonly Reader[] = [dispatch, dispatchConfig, dispatchBoard, checklist];
