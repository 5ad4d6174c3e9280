import type { DescMessage, DescMethod, Message } from "@bufbuild/protobuf";
import { canonicalId } from "../../domain/ids.ts";
import type { Endpoint, Middleware } from "../call.ts";

/** The fields of a message that hold ids, and the messages within that have such fields. */
interface IdFields {
  /** `oneof` is the group of fields of which a message has one, and this one is in. */
  readonly ids: readonly { readonly name: string; readonly oneof: string | undefined }[];
  readonly within: readonly { readonly name: string; readonly fields: IdFields }[];
}

/**
 * Writes the ids of a request as they are stored, so that a UUID may come in upper case. Documented
 * APIs have texts of their clients in such fields, which stay as they are.
 */
export function canonicalizeIds(
  endpoints: readonly Pick<Endpoint<DescMethod>, "api" | "method">[],
  api: string,
): Middleware {
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

/** The field of a oneof that a message has, a text. */
type Chosen = { case: string; value: string } | { case: undefined };

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
  return {
    ids: ids.map(({ localName: name, oneof }) => ({ name, oneof: oneof?.localName })),
    within,
  };
}

function canonicalize(message: Message, { ids, within }: IdFields): void {
  const values = message as unknown as Record<string, unknown>;
  for (const { name, oneof } of ids) {
    const chosen = oneof === undefined ? undefined : (values[oneof] as Chosen);
    if (chosen?.case === name) chosen.value = canonicalId(chosen.value);
    const value = values[name];
    if (typeof value === "string") values[name] = canonicalId(value);
  }
  for (const { name, fields } of within) {
    const value = values[name];
    if (value !== undefined) canonicalize(value as Message, fields);
  }
}
