// Which format a body has, by its Content-Type.
import { BodyEncoding } from "../../../gen/wire/v1/wire_pb.ts";
import { failure } from "../errors.ts";
import { unknownCharset } from "./charset.ts";
import { parseParameterized, type Parameterized } from "./media-type.ts";

/** The format of a body, and its Content-Type. */
export interface BodyType {
  readonly encoding: BodyEncoding;
  readonly mediaType: Parameterized;
}

const ENCODINGS: Readonly<Record<string, BodyEncoding>> = {
  "application/json": BodyEncoding.JSON,
  "application/x-www-form-urlencoded": BodyEncoding.FORM,
  "multipart/form-data": BodyEncoding.MULTIPART,
};

/** The types as most clients write them, so that their text needs no parser. */
const PLAIN = new Map<string | undefined, BodyType>(
  Object.entries(ENCODINGS).map(([value, encoding]) => [
    value,
    { encoding, mediaType: { value, parameters: new Map() } },
  ]),
);

const UTF8 = /^utf-?8$/i;

/** Reads a Content-Type; throws MEDIA_TYPE_UNSUPPORTED for one that is not accepted. */
export function readBodyType(
  contentType: string | undefined,
  accepted: readonly BodyEncoding[],
): BodyType {
  const type = PLAIN.get(contentType) ?? parseBodyType(contentType ?? "");
  if (type === undefined || !accepted.includes(type.encoding)) throw unsupported(accepted);
  // RFC 8259 section 8.1: JSON is UTF-8, and has no charset.
  if (type.encoding === BodyEncoding.JSON && !isUtf8(type.mediaType)) throw unknownCharset();
  return type;
}

/** Whether a type says that its text is UTF-8, or says nothing. */
export const isUtf8 = ({ parameters }: Parameterized): boolean =>
  UTF8.test(parameters.get("charset") ?? "utf-8");

function parseBodyType(contentType: string): BodyType | undefined {
  const mediaType = parseParameterized(contentType);
  if (mediaType === undefined || !Object.hasOwn(ENCODINGS, mediaType.value)) return undefined;
  return { encoding: ENCODINGS[mediaType.value]!, mediaType };
}

function unsupported(accepted: readonly BodyEncoding[]) {
  const types = Object.keys(ENCODINGS).filter((type) => accepted.includes(ENCODINGS[type]!));
  return failure(
    "MEDIA_TYPE_UNSUPPORTED",
    `send the body as ${types.map((type) => `\`content-type: ${type}\``).join(" or ")}`,
  );
}
