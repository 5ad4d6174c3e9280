import { invalidField } from "../errors.ts";
import { canonicalId } from "../ids.ts";

/** The header of draft-ietf-httpapi-idempotency-key-header. */
export const IDEMPOTENCY_KEY = "idempotency-key";

const MAX_CHARACTERS = 255;
/** With a backslash before each quote and each backslash. */
const MAX_TEXT = 2 * MAX_CHARACTERS + 2;

/** A string of RFC 9651 section 3.3.3, without spaces. */
const QUOTED = /^"((?:[!#-[\]-~]|\\["\\])+)"$/;
/** What many clients send: the key without quotes. */
const BARE = /^[A-Za-z0-9!#$%&'*+.^_`|~:/=-]+$/;

const invalid = () =>
  invalidField(
    "Idempotency-Key",
    `must be a quoted string of 1 to ${MAX_CHARACTERS} visible characters (RFC 9651)`,
  );

/** Reads the header; rejects another text than one key. A UUID may be in upper case. */
export function readIdempotencyKey(text: string): string {
  const trimmed = text.length > MAX_TEXT + 16 ? "" : text.trim();
  const key = BARE.test(trimmed)
    ? trimmed
    : QUOTED.exec(trimmed)?.[1]?.replaceAll(/\\(["\\])/g, "$1");
  if (key === undefined || key.length > MAX_CHARACTERS) throw invalid();
  return canonicalId(key);
}

/** Returns the key of a call; undefined when neither the header nor the field has one. */
export function keyOfCall(header: string | undefined, field: string): string | undefined {
  const key = header === undefined ? undefined : readIdempotencyKey(header);
  if (field === "") return key;
  const given = canonicalId(field);
  if (key !== undefined && key !== given)
    throw invalidField("request_id", "is another key than that of the header Idempotency-Key");
  return given;
}
