import type { Answer } from "../types.ts";
import {
  isMessage,
  toJson,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type Message,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { HttpBodySchema } from "../../../gen/google/api/httpbody_pb.ts";
import type { Dialect } from "./dialect.ts";
import { putHeader } from "../server/headers.ts";
import { fillText } from "./text-template.ts";
import type { HeaderField } from "./fields.ts";

/** The Content-Type of a JSON answer, unless the contract declares another one. */
export const JSON_TYPE = "application/json; charset=utf-8";

/** What the contract says about the answers of a method. */
export interface AnswerRules {
  readonly output: DescMessage;
  readonly dialect: Dialect;
  /** The fields that are sent as headers. */
  readonly headers: readonly HeaderField[];
  /** The field that is sent as the body; undefined for the whole message. */
  readonly body: DescField | undefined;
}

/** Compiles the encoder of a method's answers. */
export function createEncoder({
  output,
  dialect,
  headers: headerFields,
  body: bodyField,
}: AnswerRules): (message: Message) => Answer {
  const keyOf = (field: DescField): string =>
    dialect.protoFieldNames ? field.name : field.jsonName;
  const jsonOptions = {
    alwaysEmitImplicit: !dialect.omitDefaultValues || bodyField !== undefined,
    useProtoFieldName: dialect.protoFieldNames,
  };
  const keys = new Map(
    output.fields.flatMap((field) => [
      [`data.${field.name}`, keyOf(field)],
      [`data.${field.jsonName}`, keyOf(field)],
    ]),
  );
  const bodyKey = bodyField && keyOf(bodyField);
  const headerKeys = headerFields.map(({ path, header }) => ({ key: keyOf(path.field), header }));
  const { successBody, successStatus: status } = dialect;

  return (message) => {
    const raw = isRaw(bodyField) ? reflect(output, message).get(bodyField).message : message;
    const headers: Record<string, string> = { ...dialect.headers };
    if (isMessage(raw, HttpBodySchema)) {
      if (raw.contentType !== "") putHeader(headers, "content-type", raw.contentType);
      headers["content-type"] ??= "application/octet-stream";
      return { status, headers, body: raw.data };
    }
    headers["content-type"] ??= JSON_TYPE;
    const json = toJson(output, message, jsonOptions) as JsonObject;
    for (const { key, header } of headerKeys) {
      const value = json[key];
      if (value !== undefined && value !== "")
        putHeader(headers, header, typeof value === "string" ? value : JSON.stringify(value));
      delete json[key];
    }
    const data: JsonValue = bodyKey === undefined ? json : (json[bodyKey] ?? null);
    const valueOf = (name: string): JsonValue =>
      name === "data" ? data : (json[keys.get(name)!] ?? null);
    const body =
      successBody === undefined
        ? JSON.stringify(data)
        : fillText(successBody, (name) => JSON.stringify(valueOf(name)));
    return { status, headers, body };
  };
}

const isRaw = (field: DescField | undefined): field is DescField & { fieldKind: "message" } =>
  field?.fieldKind === "message" && field.message.typeName === HttpBodySchema.typeName;
