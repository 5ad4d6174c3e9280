import type { Template } from "./template.ts";

/** A route that was found: its target, and the raw segments of the path. */
export interface Match<Target> {
  readonly target: Target;
  readonly segments: readonly string[];
  /** How many segments `**` matched; 0 when the template has no `**`. */
  readonly wildcardLength: number;
}

/** The result for a path that has a route: a match, or the methods that would match, sorted. */
export type Found<Target> =
  | Match<Target>
  | { readonly target: undefined; readonly allowed: readonly string[]; readonly nearest: Target };

/** A node where templates end: its targets, by method. */
class Terminal<Target> {
  readonly methods = new Map<string, Target>();
  /** The target of GET, if HEAD may have it too. */
  head: Target | undefined;

  get(method: string): Target | undefined {
    return (
      this.methods.get(method) ??
      (method === "HEAD" ? this.head : undefined) ??
      this.methods.get("*")
    );
  }
}

/** A node in the tree of segments. */
class Node<Target> {
  readonly literals = new Map<string, Node<Target>>();
  any: Node<Target> | undefined;
  /** Templates that end here, by verb. */
  readonly ends = new Map<string, Terminal<Target>>();
  /** Templates that continue with `**`, the longest literal tail first. */
  readonly tails: {
    readonly tail: readonly string[];
    readonly verb: string;
    readonly terminal: Terminal<Target>;
  }[] = [];
}

const NO_SEGMENTS: readonly string[] = [];

/**
 * The routes of a server. Raw paths are compared segment by segment. A literal precedes `*`, `*`
 * precedes `**`, and a template with a verb precedes one without. An empty segment matches only an
 * empty literal, which only a declared trailing slash has.
 */
export class Routes<Target> {
  readonly #root = new Node<Target>();
  /** The paths without wildcards, for one look-up without splitting. */
  readonly #exact = new Map<string, Terminal<Target>>();
  readonly #methods = new Set<string>();
  /** Every verb in use, the longest first, so that `:a:b` is tried before `:b`. */
  #verbs: string[] = [];
  /** The last question, and its answer. */
  #lastMethod: string | undefined;
  #lastPath = "";
  #lastFound: Found<Target> | undefined;

  /**
   * Adds a route, unless its path and method are taken: then returns the target that has them. HEAD
   * is answered as GET only where `isSafe`, that is, where GET has no effects (RFC 9110 section
   * 9.2.1).
   */
  add(method: string, template: Template, target: Target, isSafe: boolean): Target | undefined {
    this.#lastMethod = undefined;
    const terminal = this.#place(template);
    const holder = terminal.methods.get(method);
    if (holder !== undefined) return holder;
    terminal.methods.set(method, target);
    if (method !== "*") this.#methods.add(method);
    if (method === "GET" && isSafe) terminal.head = target;
    if (template.verb !== "" && !this.#verbs.includes(template.verb)) {
      this.#verbs = [...this.#verbs, template.verb].sort((a, b) => b.length - a.length);
    }
    return undefined;
  }

  /** The methods of all routes, sorted. */
  get methods(): readonly string[] {
    return [...this.#methods].sort();
  }

  /** Returns the route of a raw path without its query; undefined when no route has the path. */
  find(method: string, path: string): Found<Target> | undefined {
    // Several steps ask for the route of the same request, one after the other.
    if (method === this.#lastMethod && path === this.#lastPath) return this.#lastFound;
    const found = this.#search(method, path);
    [this.#lastMethod, this.#lastPath, this.#lastFound] = [method, path, found];
    return found;
  }

  #search(method: string, path: string): Found<Target> | undefined {
    const target = this.#exact.get(path)?.get(method);
    if (target !== undefined) return { target, segments: NO_SEGMENTS, wildcardLength: 0 };
    if (path.charCodeAt(0) !== 0x2f || !this.#canBegin(path)) return undefined;
    return new Search<Target>(method, this.#verbs).run(this.#root, path);
  }

  /**
   * Whether a template may match a path, by the first segment alone. Calls over RPC and pages pass
   * here on their way, and most of them must not pay for a search.
   */
  #canBegin(path: string): boolean {
    const { literals, any, tails } = this.#root;
    if (any !== undefined || tails.length > 0) return true;
    const end = path.indexOf("/", 1);
    const first = end < 0 ? path.slice(1) : path.slice(1, end);
    return first === "" || (end < 0 && first.includes(":")) || literals.has(first);
  }

  #place({ segments, verb }: Template): Terminal<Target> {
    let node = this.#root;
    for (const [index, segment] of segments.entries()) {
      if (segment === "**") return placeTail(node, segments.slice(index + 1), verb);
      if (segment === "*") node = node.any ??= new Node();
      else node = getOrAdd(node.literals, segment, () => new Node<Target>());
    }
    const terminal = getOrAdd(node.ends, verb, () => new Terminal<Target>());
    if (!segments.includes("*"))
      this.#exact.set(`/${segments.join("/")}${verb === "" ? "" : `:${verb}`}`, terminal);
    return terminal;
  }
}

/** One search: walks the tree in the order of precedence until a node has the method. */
class Search<Target> {
  readonly #method: string;
  readonly #verbs: readonly string[];
  readonly #allowed = new Set<string>();
  #nearest: Target | undefined;

  constructor(method: string, verbs: readonly string[]) {
    this.#method = method;
    this.#verbs = verbs;
  }

  run(root: Node<Target>, path: string): Found<Target> | undefined {
    const segments = path === "/" ? [] : path.slice(1).split("/");
    for (const verb of this.#verbs) {
      if (!path.endsWith(`:${verb}`)) continue;
      const match = this.#walk(
        root,
        segments.with(-1, segments.at(-1)!.slice(0, -verb.length - 1)),
        0,
        verb,
      );
      if (match !== undefined) return match;
    }
    const match = this.#walk(root, segments, 0, "");
    if (match !== undefined || this.#nearest === undefined) return match;
    return { target: undefined, allowed: [...this.#allowed].sort(), nearest: this.#nearest };
  }

  #walk(
    node: Node<Target>,
    segments: readonly string[],
    index: number,
    verb: string,
  ): Match<Target> | undefined {
    if (index === segments.length) {
      const match = this.#offer(node.ends.get(verb), segments, 0);
      if (match !== undefined) return match;
    } else {
      const segment = segments[index]!;
      const literal = node.literals.get(segment);
      const match = literal && this.#walk(literal, segments, index + 1, verb);
      if (match !== undefined) return match;
      const wild =
        segment !== "" && node.any ? this.#walk(node.any, segments, index + 1, verb) : undefined;
      if (wild !== undefined) return wild;
    }
    for (const { tail, verb: tailVerb, terminal } of node.tails) {
      if (tailVerb !== verb) continue;
      const length = wildcardLength(segments, index, tail, verb);
      const match = length === undefined ? undefined : this.#offer(terminal, segments, length);
      if (match !== undefined) return match;
    }
    return undefined;
  }

  #offer(
    terminal: Terminal<Target> | undefined,
    segments: readonly string[],
    wildcardLength: number,
  ): Match<Target> | undefined {
    if (terminal === undefined) return undefined;
    const target = terminal.get(this.#method);
    if (target !== undefined) return { target, segments, wildcardLength };
    for (const [method, other] of terminal.methods) {
      this.#allowed.add(method);
      this.#nearest ??= other;
    }
    return undefined;
  }
}

function placeTail<Target>(
  node: Node<Target>,
  tail: readonly string[],
  verb: string,
): Terminal<Target> {
  const same = node.tails.find(
    (other) => other.verb === verb && other.tail.join("/") === tail.join("/"),
  );
  if (same) return same.terminal;
  const terminal = new Terminal<Target>();
  node.tails.push({ tail, verb, terminal });
  node.tails.sort((a, b) => b.tail.length - a.tail.length);
  return terminal;
}

/**
 * Returns how many segments from `index` on `**` matches so that the rest is the tail; undefined
 * when it can't match.
 */
function wildcardLength(
  segments: readonly string[],
  index: number,
  tail: readonly string[],
  verb: string,
): number | undefined {
  const start = segments.length - tail.length;
  if (start < index || !tail.every((literal, offset) => segments[start + offset] === literal))
    return undefined;
  const taken = segments.slice(index, start);
  // `/a/:verb` for `/a/**:verb`: cutting the verb leaves an empty segment, which is no segment.
  if (verb !== "" && taken.length === 1 && taken[0] === "") return 0;
  return taken.includes("") ? undefined : taken.length;
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
