import type { DescMethodUnary, Message } from "@bufbuild/protobuf";
import { fromBinary, fromJson, toBinary, toJsonString } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { parseJson } from "../body/json.ts";
import { decodeUtf8 } from "../body/charset.ts";
import { invalidFields, malformed } from "../errors.ts";
import { checkObject } from "../transcoding/check-json.ts";
import { isWellKnown } from "../transcoding/fields.ts";
import { clip, Violations } from "../transcoding/violations.ts";
import type { Codec } from "./protocol.ts";

/** The decoder's message quotes what the caller wrote, so only its beginning is shown. */
const MAX_CAUSE = 200;

/** Decodes the request message of a method; throws MALFORMED_REQUEST. */
export function decodeMessage(method: DescMethodUnary, codec: Codec, bytes: Uint8Array): Message {
  try {
    if (codec === "proto") return fromBinary(method.input, bytes);
    return decodeJson(method, bytes);
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    const cause = error instanceof Error ? error.message : "unknown";
    throw malformed(`the message can't be read: ${clip(cause, MAX_CAUSE)}`);
  }
}

/**
 * Decodes JSON as the transcoder does: members that no field has are ignored, and every invalid
 * value is named. `fromJson` alone would ignore the unknown name of an enum's value.
 */
function decodeJson({ input }: DescMethodUnary, bytes: Uint8Array): Message {
  const json = parseJson(decodeUtf8(bytes));
  if (typeof json !== "object" || json === null || Array.isArray(json) || isWellKnown(input))
    return fromJson(input, json);
  const violations = new Violations();
  checkObject(input, json, "", violations);
  if (violations.list.length > 0) throw invalidFields(violations.list);
  return fromJson(input, json);
}

/** Encodes the response message of a method. */
export const encodeMessage = (
  method: DescMethodUnary,
  codec: Codec,
  message: Message,
): Uint8Array =>
  codec === "proto"
    ? toBinary(method.output, message)
    : Buffer.from(toJsonString(method.output, message));
