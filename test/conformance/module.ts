/** One module of the conformance suite, or one of its rules. */
export interface Module {
  /** As the suite names it, without the name of its plan. */
  readonly name: string;
  /** Texts in titles of the tests that show it, if these don't have its name. */
  readonly shownBy?: readonly string[];
  /** Why Latchkey doesn't offer it. */
  readonly notOffered?: string;
}

/** The modules about one thing. */
export interface Area {
  readonly title: string;
  readonly modules: readonly Module[];
}

/** A module that tests show. */
export const shown = (name: string, ...shownBy: readonly string[]): Module => ({
  name,
  ...(shownBy.length > 0 && { shownBy }),
});

/** Modules whose names the titles of tests have. */
export const named = (prefix: string, ...names: readonly string[]): readonly Module[] =>
  names.map((name) => ({ name: `${prefix}${name}` }));

/** A module that Latchkey doesn't offer. */
export const notOffered = (name: string, why: string): Module => ({ name, notOffered: why });
