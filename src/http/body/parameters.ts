import { BodyEncoding } from "../../../gen/wire/v1/wire_pb.ts";
import { readContent } from "./content.ts";
import { parseParameters } from "./form.ts";

const ENCODINGS = [BodyEncoding.FORM, BodyEncoding.MULTIPART, BodyEncoding.JSON];
/** Another name is JSON that was sent as a form, or one that PHP shortens to a plain name. */
const PLAIN_NAME = /^[\w.-]+$/;

/** The parameters of a request, as far as they can be read. */
export interface RequestParameters {
  /** The first value of each name, that of the query first. */
  readonly first: ReadonlyMap<string, string>;
  /** All values of a name, and of names that differ from it in case. */
  readonly all: (name: string) => readonly string[];
  /** Whether every server reads the same: another one may take the last value, or the form only. */
  readonly isClear: boolean;
}

/**
 * Reads the parameters of a query and of a body in any encoding, for a step that only looks at
 * them. What can't be read has none; so has an undefined body.
 */
export function readParameters(
  query: string,
  body: Buffer | undefined,
  contentType: string | undefined,
): RequestParameters {
  const first = new Map<string, string>();
  const values = new Map<string, Set<string>>();
  let isClear = body !== undefined;
  const add = (name: string, value: unknown): void => {
    if (!["string", "number", "boolean"].includes(typeof value)) return;
    const text = String(value);
    if (!first.has(name)) first.set(name, text);
    const folded = name.toLowerCase();
    const known = values.get(folded) ?? new Set();
    values.set(folded, known.add(text));
    if (known.size > 1 || !PLAIN_NAME.test(name)) isClear = false;
  };
  const read = (work: () => void): void => {
    try {
      work();
    } catch {
      // The step that answers reports it.
      isClear = false;
    }
  };
  read(() => {
    for (const { name, value } of parseParameters(query)) add(name, value);
  });
  read(() => {
    const content = readContent(body ?? Buffer.alloc(0), contentType, ENCODINGS);
    if (content.kind === "form") for (const { name, value } of content.parameters) add(name, value);
    if (content.kind === "json" && typeof content.json === "object" && content.json !== null)
      for (const [name, value] of Object.entries(content.json)) add(name, value);
  });
  return { first, all: (name) => [...(values.get(name.toLowerCase()) ?? [])], isClear };
}
