/** One segment of a template: `*`, `**`, or a literal that is compared with the raw path. */
type Segment = string;

/** A variable: the field that it fills, and the segments from `start` until before `end`. */
export interface Variable {
  readonly field: string;
  readonly start: number;
  readonly end: number;
}

/** A path template of google.api.http, parsed. */
export interface Template {
  readonly segments: readonly Segment[];
  /** The text after the last colon; empty when there is none. */
  readonly verb: string;
  readonly variables: readonly Variable[];
}

const LITERAL = /(?:[\w\-.~!$&'()+,;=@]|%[0-9A-Fa-f]{2})+/y;
const VERB = /(?:[\w\-.~!$&'()+,;=@:]|%[0-9A-Fa-f]{2})+/y;
const FIELD_PATH = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;

/** Parses a template; throws an Error with the position of the first mistake. */
export function parseTemplate(text: string): Template {
  return new TemplateReader(text).read();
}

/** A recursive-descent parser with one method for each rule of the grammar. */
class TemplateReader {
  readonly #text: string;
  #at = 0;
  readonly #segments: Segment[] = [];
  readonly #variables: Variable[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): Template {
    this.#expect("/");
    if (this.#text === "/") return { segments: [], verb: "", variables: [] };
    this.#segmentList(true);
    let verb = "";
    if (this.#take(":")) verb = this.#match(VERB, "a verb");
    if (this.#at < this.#text.length) this.#fail("the end");
    this.#checkWildcards();
    return { segments: this.#segments, verb, variables: this.#variables };
  }

  #segmentList(variables: boolean): void {
    do this.#segment(variables);
    while (this.#take("/"));
  }

  #segment(variables: boolean): void {
    if (this.#take("**")) this.#segments.push("**");
    else if (this.#take("*")) this.#segments.push("*");
    else if (variables && this.#take("{")) this.#variable();
    else this.#segments.push(this.#match(LITERAL, "a segment"));
  }

  #variable(): void {
    const field = this.#match(FIELD_PATH, "a field path");
    const start = this.#segments.length;
    if (this.#take("=")) this.#segmentList(false);
    else this.#segments.push("*");
    this.#expect("}");
    if (this.#variables.some((other) => other.field === field))
      throw new Error(`the variable ${field} is twice in ${this.#text}`);
    this.#variables.push({ field, start, end: this.#segments.length });
  }

  /** Allows only literals after `**`, so that one path has only one way to match. */
  #checkWildcards(): void {
    const first = this.#segments.indexOf("**");
    if (
      first >= 0 &&
      this.#segments.slice(first + 1).some((segment) => segment === "*" || segment === "**")
    ) {
      throw new Error(`only literals may follow ** in ${this.#text}`);
    }
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail(`"${token}"`);
  }

  #match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? this.#fail(what);
    this.#at += found.length;
    return found;
  }

  #fail(expected: string): never {
    throw new Error(
      `expected ${expected} at position ${this.#at} of the template ${JSON.stringify(this.#text)}`,
    );
  }
}
