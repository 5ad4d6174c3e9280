import { BodyEncoding } from "../../../gen/wire/v1/wire_pb.ts";
import { readContent } from "./content.ts";
import { parseParameters } from "./form.ts";

const ENCODINGS = [BodyEncoding.FORM, BodyEncoding.MULTIPART, BodyEncoding.JSON];

/**
 * Reads the parameters of a query and of a body in any encoding, for a step that only looks at
 * them. What can't be read has none. The first of several values counts, that of the query first.
 */
export function readParameters(
  query: string,
  body: Buffer,
  contentType: string | undefined,
): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    if (parameters.has(name)) return;
    if (typeof value === "string") parameters.set(name, value);
    else if (typeof value === "number" || typeof value === "boolean")
      parameters.set(name, String(value));
  };
  ignoring(() => {
    for (const { name, value } of parseParameters(query)) add(name, value);
  });
  ignoring(() => {
    const content = readContent(body, contentType, ENCODINGS);
    if (content.kind === "form") for (const { name, value } of content.parameters) add(name, value);
    if (content.kind === "json" && typeof content.json === "object" && content.json !== null)
      for (const [name, value] of Object.entries(content.json)) add(name, value);
  });
  return parameters;
}

function ignoring(read: () => void): void {
  try {
    read();
  } catch {
    // The step that answers reports it.
  }
}
