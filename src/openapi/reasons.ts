import { getOption, type DescMethod } from "@bufbuild/protobuf";
import { access } from "../../gen/wire/v1/wire_pb.ts";
import { dialectOf } from "../http/transcoding/dialect.ts";
import { commentOf, reasonsIn } from "./comments.ts";

/** Reasons that no client receives as a response to a REST call of an existing path. */
export const UNDOCUMENTED: ReadonlySet<string> = new Set([
  "CANCELLED",
  "UNIMPLEMENTED",
  "ENCODING_UNSUPPORTED",
  "ROUTE_NOT_FOUND",
  "HTTP_METHOD_NOT_ALLOWED",
]);

/**
 * Returns the reasons for which a call of the method can fail, in the order of the checks: those of
 * every request, those of the declared caller, and those that the method's comment names.
 */
export function reasonsOf(method: DescMethod, hasBody: boolean): readonly string[] {
  const dialect = dialectOf(method);
  const hasFields = method.input.fields.length > 0;
  const all = [
    "MALFORMED_REQUEST",
    ...(hasBody ? ["BODY_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED", "REQUEST_TIMEOUT"] : []),
    ...(hasFields ? ["PARAMETER_REPEATED", "FIELD_INVALID"] : []),
    ...(dialect.ignoreUnknownParameters && !dialect.refuseQuery ? [] : ["PARAMETER_UNKNOWN"]),
    ...(getOption(method, access).anyone
      ? []
      : ["CREDENTIAL_MISSING", "TOKEN_INVALID", "PERMISSION_DENIED"]),
    ...(method.input.field["pageToken"] === undefined ? [] : ["PAGE_TOKEN_INVALID"]),
    ...reasonsIn(commentOf(method)),
    "DEADLINE_EXCEEDED",
    "STORE_UNAVAILABLE",
    "INTERNAL",
  ];
  return [...new Set(all)].filter((reason) => !UNDOCUMENTED.has(reason));
}
