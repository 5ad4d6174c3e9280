import { clone, type DescMessage, isMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { IDEMPOTENCY_KEY, keyOfCall } from "../../domain/idempotency/idempotency-key.ts";
import type { Call, Middleware } from "../call.ts";

/** The field of AIP-155 by its name of TypeScript; a method that has it gives its answer again. */
const FIELD = "requestId";

/** What proves the client, which RFC 7523 wants to be new in each request. */
const PROOFS = ["clientSecret", "clientAssertion", "clientAssertionType"] as const;

/** Reads the key of a call that can be repeated, from the header or the field of its method. */
export const readRepetition =
  (api: string): Middleware =>
  (call, next) => {
    if (call.endpoint.api === api && call.endpoint.method.input.field[FIELD] !== undefined) {
      const key = keyOfCall(call.arrival.header(IDEMPOTENCY_KEY), fieldOf(call));
      if (key !== undefined) call.repetition = { key, request: contentOf(call) };
    }
    return next();
  };

const fieldOf = ({ arrival }: Call): string =>
  (arrival.message as unknown as { readonly [FIELD]: string })[FIELD];

/** Returns the method and its request, without the key and without what proves the client. */
function contentOf({ arrival, endpoint, name }: Call): Buffer {
  const input: DescMessage = endpoint.method.input;
  const copy = clone(input, arrival.message) as Message & Record<string, unknown>;
  for (const field of [FIELD, ...PROOFS]) if (input.field[field] !== undefined) copy[field] = "";
  sortKeys(copy);
  return Buffer.concat([
    Buffer.from(`${name}\n`),
    toBinary(input, copy, { writeUnknownFields: false }),
  ]);
}

/**
 * Puts the keys of all maps and JSON objects in a message into one order. They have none of their
 * own: clients in Go write those of a second try in another one.
 */
function sortKeys(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  const entries = Object.entries(value);
  if (!Array.isArray(value) && !isMessage(value)) {
    const object = value as Record<string, unknown>;
    for (const [key, each] of entries.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      delete object[key];
      object[key] = each;
    }
  }
  for (const [, each] of entries) sortKeys(each);
}
