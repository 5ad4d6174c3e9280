import { BodyEncoding } from "../../../gen/wire/v1/wire_pb.ts";
import { failure } from "../errors.ts";

const ENCODINGS: Readonly<Record<string, BodyEncoding>> = {
  "application/json": BodyEncoding.JSON,
  "application/x-www-form-urlencoded": BodyEncoding.FORM,
  "multipart/form-data": BodyEncoding.MULTIPART,
};

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/** Returns the encoding that a Content-Type names; throws MEDIA_TYPE_UNSUPPORTED for all others. */
export function bodyEncoding(
  contentType: string | undefined,
  accepted: readonly BodyEncoding[],
): BodyEncoding {
  if (contentType === "application/json" && accepted.includes(BodyEncoding.JSON))
    return BodyEncoding.JSON;
  const type = contentType?.split(";", 1)[0]!.trim().toLowerCase() ?? "";
  const encoding = Object.hasOwn(ENCODINGS, type) ? ENCODINGS[type] : undefined;
  if (encoding === undefined || !accepted.includes(encoding)) throw unsupported(accepted);
  const charset = CHARSET.exec(contentType ?? "")?.[1]?.toLowerCase() ?? "utf-8";
  if (charset !== "utf-8" && charset !== "utf8")
    throw failure("MEDIA_TYPE_UNSUPPORTED", "send the body in UTF-8");
  return encoding;
}

function unsupported(accepted: readonly BodyEncoding[]) {
  const types = Object.keys(ENCODINGS).filter((type) => accepted.includes(ENCODINGS[type]!));
  return failure(
    "MEDIA_TYPE_UNSUPPORTED",
    `send the body as ${types.map((type) => `\`content-type: ${type}\``).join(" or ")}`,
  );
}
