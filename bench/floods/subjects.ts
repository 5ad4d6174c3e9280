// Every route of the server with what it is flooded with: paths and messages from the descriptors,
// pages from the table of the pages, fields from the table of the fields, so that new ones come in
// by themselves.
import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { BodyEncoding } from "../../gen/wire/v1/wire_pb.ts";
import { dialectOf } from "../../src/http/transcoding/dialect.ts";
import { FIELDS } from "../../src/web/kit/fields.ts";
import { services } from "../../test/contract/descriptors.ts";
import { ROUTES, type Route } from "../../test/fuzz/target/routes.ts";
import { fit, type Flood, formBodies, jsonBodies, multipartBodies, protoBodies } from "./bodies.ts";
import { headerFloods, queryFloods } from "./headers.ts";
import { ASCII_TEXTS } from "./texts.ts";
import type { Ask } from "./wire.ts";

/** Who asks: what goes along with every request. */
export interface Visitor {
  readonly headers: Readonly<Record<string, string>>;
  readonly cookie: string;
  readonly formToken: string;
  /** Named where a page wants an id. */
  readonly id: string;
}

/** A route with its floods; the first is a plain request, which says what an answer is like. */
export interface Subject {
  readonly route: string;
  asks(visitor: Visitor): Generator<FloodAsk>;
}

/** A request with what is special about it. */
export type FloodAsk = Omit<Ask, "body"> & {
  readonly kind: string;
  readonly body: () => Ask["body"];
};

const nothing = (): string => "";
const DOCUMENTED = /^legacy\./;
const isStream = ({ methodKind }: DescMethod): boolean => methodKind !== "unary";

/** The field that a body fills has a message of its own. */
function bodyOf({ method, body }: Route): DescMessage | undefined {
  if (body === "*") return method.input;
  const field = method.input.fields.find(({ name }) => name === body);
  return field?.fieldKind === "message" ? field.message : undefined;
}

/** A method by its path, as REST, OAuth and the documented APIs have it. */
function restSubject(route: Route): Subject {
  const { method, verb, template, variables } = route;
  const { bodyEncodings } = dialectOf(method);
  const message = bodyOf(route);
  const path = template.replaceAll(/\{[^}]*\}/g, "1");
  const names = method.input.fields.map(({ jsonName }) => jsonName);
  return {
    route: `${verb} ${template}`,
    *asks({ headers }) {
      const ask = (kind: string, more: Partial<FloodAsk>) => ({
        protocol: "http1" as const,
        method: verb,
        path,
        body: nothing,
        kind,
        headers: { ...headers, ...more.headers },
      });
      const withBody = ({ kind, type, body }: Flood) =>
        ask(kind, { body, headers: { "content-type": type } });
      yield ask("plain", {});
      for (const variable of variables) {
        for (const [kind, make] of Object.entries(ASCII_TEXTS)) {
          const target = fit(
            make,
            (text) =>
              template
                .replace(`{${variable}}`, encodeURIComponent(text))
                .replaceAll(/\{[^}]*\}/g, "1"),
            7_800,
          );
          yield ask(`path, ${variable}: ${kind}`, { path: String(target) });
        }
      }
      for (const { kind, query } of queryFloods(names.slice(0, 4)))
        yield ask(kind, { path: `${path}?${query}` });
      if (message === undefined) return;
      if (bodyEncodings.includes(BodyEncoding.JSON))
        for (const flood of jsonBodies(message)) yield withBody(flood);
      if (bodyEncodings.includes(BodyEncoding.FORM))
        for (const flood of formBodies(message.fields.map(({ jsonName }) => jsonName)))
          yield withBody(flood);
      if (bodyEncodings.includes(BodyEncoding.MULTIPART))
        for (const flood of multipartBodies(message.fields.map(({ jsonName }) => jsonName)))
          yield withBody(flood);
    },
  };
}

const frame = (bytes: Uint8Array): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

/** How a message goes over each protocol. */
const PROTOCOLS: Readonly<
  Record<
    string,
    {
      readonly codec: "proto" | "json";
      readonly type: string;
      readonly version: Ask["protocol"];
      write(bytes: Uint8Array): Uint8Array | string;
    }
  >
> = {
  gRPC: { codec: "proto", type: "application/grpc+proto", version: "http2", write: frame },
  "gRPC with JSON": {
    codec: "json",
    type: "application/grpc+json",
    version: "http2",
    write: frame,
  },
  "gRPC-Web": {
    codec: "proto",
    type: "application/grpc-web+proto",
    version: "http1",
    write: frame,
  },
  "gRPC-Web as text": {
    codec: "proto",
    type: "application/grpc-web-text+proto",
    version: "http1",
    write: (bytes) => frame(bytes).toString("base64"),
  },
  Connect: { codec: "proto", type: "application/proto", version: "http1", write: (bytes) => bytes },
  "Connect with JSON": {
    codec: "json",
    type: "application/json",
    version: "http1",
    write: (bytes) => bytes,
  },
};

function rpcSubjects(method: DescMethod): Subject[] {
  const path = `/${method.parent.typeName}/${method.name}`;
  const ask = (
    protocol: string,
    { headers }: Visitor,
    kind: string,
    bytes: () => string | Uint8Array,
  ) => {
    const { type, version, write } = PROTOCOLS[protocol]!;
    return {
      protocol: version,
      method: "POST",
      path,
      body: () => write(Buffer.from(bytes())),
      kind,
      headers: { ...headers, "content-type": type, te: "trailers" },
    };
  };
  const posted = Object.entries(PROTOCOLS).map(([name, { codec }]): Subject => ({
    route: `${name} ${path}`,
    *asks(visitor) {
      yield ask(name, visitor, "plain", () => (codec === "json" ? "{}" : ""));
      for (const { kind, body } of codec === "json"
        ? jsonBodies(method.input)
        : protoBodies(method.input))
        yield ask(name, visitor, kind, body);
      if (name !== "gRPC-Web as text") return;
      yield { ...ask(name, visitor, "many pieces", nothing), body: () => "AA==".repeat(20_000) };
      yield { ...ask(name, visitor, "padding", nothing), body: () => "A=".repeat(40_000) };
      yield { ...ask(name, visitor, "no base64", nothing), body: () => "A!".repeat(40_000) };
    },
  }));
  if (method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS) return posted;
  const got: Subject = {
    route: `Connect by GET ${path}`,
    *asks({ headers }) {
      const get = (kind: string, query: string) => ({
        kind,
        protocol: "http1" as const,
        method: "GET",
        path: `${path}?${query}`,
        headers,
        body: nothing,
      });
      yield get("plain", "encoding=json&message=%7B%7D");
      for (const { kind, query } of queryFloods(["message"]))
        yield get(kind, `encoding=json&${query}`.slice(0, 8_100));
      for (const { kind, query } of queryFloods(["message"]))
        yield get(`${kind}, base64`, `encoding=proto&base64=1&${query}`.slice(0, 8_100));
    },
  };
  return [...posted, got];
}

/** What reflection is asked: a file by its name, a type, all services. */
const QUESTIONS = [3, 4, 7].map((field) =>
  new BinaryWriter()
    .tag(field, WireType.LengthDelimited)
    .string(field === 3 ? "identity/v1/user.proto" : field === 4 ? "identity.v1.UserService" : "")
    .finish(),
);

/** Streams: each message of the body is answered. */
function streamSubject(method: DescMethod): Subject {
  const path = `/${method.parent.typeName}/${method.name}`;
  return {
    route: `gRPC stream ${path}`,
    *asks({ headers }) {
      const ask = (kind: string, body: () => Uint8Array) => ({
        kind,
        protocol: "http2" as const,
        method: "POST",
        path,
        body,
        headers: {
          ...headers,
          "content-type": "application/grpc+proto",
          te: "trailers",
          "grpc-timeout": "200m",
        },
      });
      yield ask("plain", () => frame(new Uint8Array()));
      for (const { kind, body } of protoBodies(method.input)) {
        yield ask(kind, () => frame(Buffer.from(body())));
      }
      for (const question of QUESTIONS)
        yield ask("many messages", () =>
          Buffer.concat(Array.from({ length: 1_000 }, () => frame(question))),
        );
    },
  };
}

/** Those of the query and those of a form are in one table. */
const NAMES = Object.keys(FIELDS).filter((name) => name !== "form_token");

function pageSubject(method: string, path: string): Subject {
  return {
    route: `page ${method} ${path}`,
    *asks({ cookie, formToken, id }) {
      const headers = { accept: "text/html", cookie, "sec-fetch-site": "same-origin" };
      const ask = (kind: string, more: Partial<FloodAsk>) => ({
        protocol: "http1" as const,
        method,
        path,
        body: nothing,
        kind,
        headers: { ...headers, ...more.headers },
      });
      yield ask("plain", {});
      for (const { kind, query } of queryFloods(method === "GET" ? NAMES : ["id"]))
        yield ask(kind, { path: `${path}?${query}` });
      if (method === "GET") return;
      const token = `form_token=${formToken}&`;
      const others = NAMES.filter((name) => name !== "id");
      const floods = [
        ...formBodies(others, `${token}id=${id}&`),
        ...formBodies(["id"], token),
        ...formBodies(["form_token"]),
      ];
      for (const { kind, type, body } of floods)
        yield ask(kind, { body, headers: { "content-type": type } });
    },
  };
}

/** Headers are read by all alike, so one of each kind of route is enough. */
function headerSubjects(): Subject[] {
  const json = { "content-type": "application/json" };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const targets: readonly (readonly [
    string,
    string,
    string,
    Readonly<Record<string, string>>,
    Ask["protocol"],
  ])[] = [
    ["GET", "/healthz", "", {}, "http1"],
    ["GET", "/nothing", "", {}, "http1"],
    ["GET", "/sign-in", "", { accept: "text/html" }, "http1"],
    ["GET", "/oauth2/authorize", "", { accept: "text/html" }, "http1"],
    ["GET", "/account", "", { accept: "text/html" }, "http1"],
    ["POST", "/sign-in", "identifier=a&password=b", form, "http1"],
    ["GET", "/openapi.json", "", {}, "http1"],
    ["GET", "/v1/users/me", "", {}, "http1"],
    ["POST", "/v1/sessions", "{}", json, "http1"],
    ["POST", "/oauth2/token", "grant_type=client_credentials", form, "http1"],
    ["POST", "/user/login", "Email=a", form, "http1"],
    ["GET", "/auth/", "", {}, "http1"],
    ["POST", "/identity.v1.UserService/GetUser", "{}", json, "http1"],
    [
      "POST",
      "/identity.v1.UserService/GetUser",
      "\0\0\0\0\0",
      { "content-type": "application/grpc+proto", te: "trailers" },
      "http2",
    ],
  ];
  return targets.map(([method, path, body, own, protocol]) => ({
    route: `headers of ${method} ${path} (${protocol})`,
    *asks({ headers: given }) {
      yield {
        kind: "plain",
        protocol,
        method,
        path,
        body: () => body,
        headers: { ...given, ...own },
      };
      for (const { kind, headers } of headerFloods())
        yield {
          kind,
          protocol,
          method,
          path,
          body: () => body,
          headers: { ...given, ...own, ...headers },
        };
    },
  }));
}

/** Everything; `pages` are the methods that each page takes, by its path. */
export function subjectsOf(pages: ReadonlyMap<string, readonly string[]>): Subject[] {
  const called = services
    .filter(({ typeName }) => !DOCUMENTED.test(typeName))
    .flatMap(({ methods }) => methods);
  return [
    ...ROUTES.map(restSubject),
    ...called.filter((method) => !isStream(method)).flatMap(rpcSubjects),
    ...called.filter(isStream).map(streamSubject),
    ...[...pages].flatMap(([path, methods]) => methods.map((method) => pageSubject(method, path))),
    ...headerSubjects(),
  ];
}
