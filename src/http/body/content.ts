import type { JsonValue } from "@bufbuild/protobuf";
import { BodyEncoding } from "../../../gen/wire/v1/wire_pb.ts";
import { readBodyType } from "./body-type.ts";
import { decodeUtf8 } from "./charset.ts";
import { parseForm, type Parameter } from "./form.ts";
import { parseJson } from "./json.ts";
import { parseMultipart } from "./multipart.ts";

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
 * Content-Type. With `takesFiles`, a form may have files, whose value is base64url.
 */
export function readContent(
  bytes: Buffer,
  contentType: string | undefined,
  accepted: readonly BodyEncoding[],
  options: { readonly takesFiles?: boolean } = {},
): Content {
  if (bytes.length === 0) return NOTHING;
  const { encoding, mediaType } = readBodyType(contentType, accepted);
  switch (encoding) {
    case BodyEncoding.FORM:
      return {
        kind: "form",
        parameters: parseForm(bytes, mediaType.parameters.get("charset") ?? "utf-8"),
      };
    case BodyEncoding.MULTIPART:
      return { kind: "form", parameters: parseMultipart(bytes, mediaType, options) };
    default:
      return { kind: "json", json: parseJson(decodeUtf8(bytes)) };
  }
}
