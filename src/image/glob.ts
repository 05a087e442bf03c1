/**
 * One step of a pattern: a character of a kind; any number of them; any number of whole directories, as a way around (`skip`) and
 * what goes on until a slash (`until`).
 */
export type Step =
  | { readonly kind: 'one'; readonly test: (letter: string) => boolean }
  | { readonly kind: 'any'; readonly test: (letter: string) => boolean }
  | { readonly kind: 'skip' }
  | { readonly kind: 'until' };

/** A shell pattern, matched step by step: a regular expression would try stars against one another without end. */
export class Glob {
  readonly #steps: readonly Step[];
  #here: Uint8Array;
  #next: Uint8Array;

  constructor(steps: readonly Step[]) {
    // Stars beside one another are one.
    this.#steps = steps.filter((step, index) => step.kind !== 'any' || steps[index - 1] !== step);
    this.#here = new Uint8Array(this.#steps.length + 1);
    this.#next = new Uint8Array(this.#steps.length + 1);
  }

  /** Whether the whole text matches. Takes the text's length times the pattern's at most, whatever stands in them. */
  test(text: string): boolean {
    const { length } = this.#steps;
    this.#here.fill(0);
    this.#enter(this.#here, 0);
    for (const letter of text) {
      const [here, next] = [this.#here, this.#next];
      next.fill(0);
      let isAlive = false;
      for (let index = 0; index < length; index++) {
        if (here[index] !== 1) continue;
        const step = this.#steps[index];
        const goesOn = step?.kind === 'until' || (step?.kind === 'any' && step.test(letter));
        const passes = step?.kind === 'until' ? letter === '/' : step?.kind === 'one' && step.test(letter);
        if (goesOn) this.#enter(next, index);
        if (passes) this.#enter(next, index + 1);
        isAlive ||= goesOn || passes;
      }
      if (!isAlive) return false;
      this.#here = next;
      this.#next = here;
    }
    return this.#here[length] === 1;
  }

  /** Marks a step, and what is reached from it without a letter. */
  #enter(marks: Uint8Array, index: number): void {
    for (let at = index; marks[at] !== 1; at++) {
      marks[at] = 1;
      const kind = this.#steps[at]?.kind;
      if (kind === 'skip') marks[++at] = 1;
      else if (kind !== 'any') return;
    }
  }
}

/** A letter that stands for itself. */
export function letterStep(wanted: string): Step {
  return { kind: 'one', test: letter => letter === wanted };
}

/** Any number of letters inside of a directory. */
export const starStep: Step = { kind: 'any', test: letter => letter !== '/' };
/** Any one letter inside of a directory. */
export const questionStep: Step = { kind: 'one', test: letter => letter !== '/' };
/** Any number of letters, slashes too. */
export const allStep: Step = { kind: 'any', test: () => true };

/** `[a-z]`, `[!a]`, `[^a]` as one step; null where no shell would read it. */
export function bracketStep(bracket: string): Step | null {
  try {
    const pattern = new RegExp(`^${bracket.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')}$`, 'u');
    return { kind: 'one', test: letter => letter !== '/' && pattern.test(letter) };
  } catch {
    return null;
  }
}
