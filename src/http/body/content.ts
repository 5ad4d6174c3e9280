import { isUtf8 } from "node:buffer";
import type { JsonValue } from "@bufbuild/protobuf";
import { BodyEncoding } from "../../../gen/wire/v1/wire_pb.ts";
import { malformed } from "../errors.ts";
import { parseJson } from "./json.ts";
import { bodyEncoding } from "./media-type.ts";
import { parseMultipart } from "./multipart.ts";
import { parseParameters, type Parameter } from "./form.ts";

/** A body, read by its Content-Type; `raw` is for google.api.HttpBody. */
export type Content =
  | { readonly kind: "nothing" }
  | { readonly kind: "json"; readonly json: JsonValue }
  | { readonly kind: "form"; readonly parameters: readonly Parameter[] }
  | { readonly kind: "raw"; readonly bytes: Uint8Array; readonly contentType: string };

/** The content of a request without a body, or with an empty one. */
export const NOTHING: Content = { kind: "nothing" };

/**
 * Reads a body by its Content-Type, which must be one of `accepted`. An empty body needs no
 * Content-Type.
 */
export function readContent(
  bytes: Buffer,
  contentType: string | undefined,
  accepted: readonly BodyEncoding[],
): Content {
  if (bytes.length === 0) return NOTHING;
  const encoding = bodyEncoding(contentType, accepted);
  if (!isUtf8(bytes)) throw malformed("the body is not UTF-8");
  const text = bytes.toString("utf8");
  switch (encoding) {
    case BodyEncoding.FORM:
      return { kind: "form", parameters: parseParameters(text) };
    case BodyEncoding.MULTIPART:
      return { kind: "form", parameters: parseMultipart(text, contentType ?? "") };
    default:
      return { kind: "json", json: parseJson(text) };
  }
}
