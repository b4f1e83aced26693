import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { Left, Missing, Origin } from '../draft.ts';
import { faultAt, unknownWord, warningAt } from '../source.ts';

type Sentences = Pick<PlacedDiagnostic, 'what' | 'why' | 'next'>;

/** What there is to say of the files on the way: gathered, and told at the end. */
export class Notes {
  readonly missing: Missing[] = [];
  readonly left: Left[] = [];
  readonly diagnostics: PlacedDiagnostic[] = [];

  miss(at: Origin, task: string | null, field: string): void {
    this.missing.push({ at, task, field });
  }

  leave(at: Origin, what: string, why: string): void {
    this.left.push({ at, what, why });
  }

  fault(at: Origin, code: string, sentences: Sentences): void {
    this.diagnostics.push(faultAt(at, code, sentences));
  }

  unknown(at: Origin, word: string, { of, known }: { readonly of: string; readonly known: readonly string[] }): void {
    this.diagnostics.push(unknownWord(at, { word, of, known }));
  }

  /** In a plan every issue is a link, so that nobody has to look for it. Once a line is enough. */
  bareId(at: Origin, key: string): void {
    const isSaid = this.diagnostics.some(
      ({ code, file, line }) => code === 'bare-id' && file === at.file && line === at.line,
    );
    if (isSaid) return;
    const why = 'In a plan each issue is a link, so that a session without the tracker finds it';
    this.diagnostics.push(
      warningAt(at, 'bare-id', { what: `"${key}" is no link`, why, next: `Write [${key}](its address)` }),
    );
  }
}
