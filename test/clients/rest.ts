// Plain HTTP and JSON as a Transport, by the paths that google.api.http declares.
import type {
  DescMessage,
  DescMethodUnary,
  JsonObject,
  JsonValue,
  MessageInitShape,
} from "@bufbuild/protobuf";
import { create, createRegistry, fromJson, getOption, toBinary, toJson } from "@bufbuild/protobuf";
import { AnySchema, anyUnpack } from "@bufbuild/protobuf/wkt";
import type { Transport, UnaryResponse } from "@connectrpc/connect";
import { ConnectError } from "@connectrpc/connect";
import { http } from "../../gen/google/api/annotations_pb.ts";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../gen/google/rpc/error_details_pb.ts";

const registry = createRegistry(BadRequestSchema, ErrorInfoSchema, RetryInfoSchema);

/** A request as a method's rule writes it. */
interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

/** Takes the value of a field path out of the JSON. */
function take(json: JsonObject, path: string): JsonValue | undefined {
  const [head = "", ...rest] = path.split(".");
  const name = head.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const value = json[name];
  if (rest.length > 0)
    return value === undefined ? undefined : take(value as JsonObject, rest.join("."));
  delete json[name];
  return value;
}

/** Puts a message into the path, the query and the body of a method's rule. */
function requestOf(method: DescMethodUnary, message: JsonObject): RestRequest {
  const { pattern, body } = getOption(method, http);
  if (pattern.case === undefined || typeof pattern.value !== "string")
    throw new Error(`${method.name} has no path`);
  const path = pattern.value.replace(/\{([^}]+)\}/g, (_, field: string) =>
    encodeURIComponent(String(take(message, field) ?? "")),
  );
  const content =
    body === "" ? undefined : JSON.stringify(body === "*" ? message : (take(message, body) ?? {}));
  const query =
    body === "*"
      ? []
      : Object.entries(message).flatMap(([name, value]) =>
          [value]
            .flat()
            .map((item) => [name, typeof item === "string" ? item : JSON.stringify(item)]),
        );
  return {
    method: pattern.case.toUpperCase(),
    path: query.length === 0 ? path : `${path}?${new URLSearchParams(query)}`,
    body: content,
  };
}

/** A google.rpc.Status as an error. */
function connectErrorOf(
  status: { code: number; message: string; details: JsonValue[] },
  metadata: Headers,
): ConnectError {
  const error = new ConnectError(status.message, status.code, metadata);
  error.details = status.details.map((detail) => {
    const any = fromJson(AnySchema, detail, { registry });
    const unpacked = anyUnpack(any, registry)!;
    return {
      type: unpacked.$typeName,
      value: toBinary(registry.getMessage(unpacked.$typeName)!, unpacked),
    };
  });
  return error;
}

/** Unary calls only: there are no others over plain HTTP. */
export function createRestTransport(url: string): Transport {
  async function unary<I extends DescMessage, O extends DescMessage>(
    ...[method, signal, timeoutMs, header, input]: [
      DescMethodUnary<I, O>,
      AbortSignal | undefined,
      number | undefined,
      HeadersInit | undefined,
      MessageInitShape<I>,
    ]
  ): Promise<UnaryResponse<I, O>> {
    const request = requestOf(
      method,
      toJson(method.input, create(method.input, input)) as JsonObject,
    );
    const headers = new Headers(header);
    if (request.body !== undefined) headers.set("content-type", "application/json");
    if (timeoutMs !== undefined) headers.set("grpc-timeout", `${timeoutMs}m`);
    const response = await fetch(url + request.path, {
      method: request.method,
      headers,
      body: request.body ?? null,
      signal: signal ?? null,
      redirect: "manual",
    });
    const json = (await response.json()) as JsonObject;
    if (!response.ok)
      throw connectErrorOf(
        json as { code: number; message: string; details: JsonValue[] },
        response.headers,
      );
    return {
      stream: false,
      method,
      service: method.parent,
      message: fromJson(method.output, json),
      header: response.headers,
      trailer: new Headers(),
    };
  }
  return { unary, stream: () => Promise.reject(new Error("there are no streams over plain HTTP")) };
}
