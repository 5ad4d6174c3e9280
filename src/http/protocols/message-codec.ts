import type { DescMethodUnary, Message } from "@bufbuild/protobuf";
import { fromBinary, fromJson, toBinary, toJsonString } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { parseJson } from "../body/json.ts";
import { malformed } from "../errors.ts";
import { clip } from "../transcoding/violations.ts";
import type { Codec } from "./protocol.ts";

/** The decoder's message quotes what the caller wrote, so only its beginning is shown. */
const MAX_CAUSE = 200;

/** Decodes the request message of a method; throws MALFORMED_REQUEST. */
export function decodeMessage(method: DescMethodUnary, codec: Codec, bytes: Uint8Array): Message {
  try {
    if (codec === "proto") return fromBinary(method.input, bytes);
    return fromJson(
      method.input,
      parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)),
      { ignoreUnknownFields: true },
    );
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    const cause = error instanceof Error ? error.message : "unknown";
    throw malformed(`the message can't be read: ${clip(cause, MAX_CAUSE)}`);
  }
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
