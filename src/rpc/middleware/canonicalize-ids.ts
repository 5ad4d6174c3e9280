import type { DescMessage, Message } from "@bufbuild/protobuf";
import { canonicalId } from "../../domain/ids.ts";
import type { Endpoint, Middleware } from "../call.ts";

/** The fields of a message that hold ids, and the messages within that have such fields. */
interface IdFields {
  readonly ids: readonly string[];
  readonly within: readonly { readonly name: string; readonly fields: IdFields }[];
}

/**
 * Writes the ids of a request as they are stored, so that a UUID may come in upper case. Documented
 * APIs have texts of their clients in such fields, which stay as they are.
 */
export function canonicalizeIds(endpoints: readonly Endpoint[], api: string): Middleware {
  const known = new Map(
    endpoints
      .filter((endpoint) => endpoint.api === api)
      .map(({ method }) => [method as unknown, idFieldsOf(method.input)]),
  );
  return (call, next) => {
    const fields = known.get(call.endpoint.method);
    if (fields !== undefined) canonicalize(call.arrival.message, fields);
    return next();
  };
}

function idFieldsOf({ fields }: DescMessage): IdFields {
  const ids = fields.filter(
    ({ name, fieldKind, message }) =>
      fieldKind === "scalar" && message === undefined && /^(?:.+_)?id$/.test(name),
  );
  const within = fields.flatMap(({ localName: name, fieldKind, message }) =>
    fieldKind === "message" && !message.typeName.startsWith("google.protobuf.")
      ? [{ name, fields: idFieldsOf(message) }]
      : [],
  );
  return { ids: ids.map(({ localName }) => localName), within };
}

function canonicalize(message: Message, { ids, within }: IdFields): void {
  const values = message as unknown as Record<string, unknown>;
  for (const name of ids) {
    const value = values[name];
    if (typeof value === "string") values[name] = canonicalId(value);
  }
  for (const { name, fields } of within) {
    const value = values[name];
    if (value !== undefined) canonicalize(value as Message, fields);
  }
}
