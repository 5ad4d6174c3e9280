// Requests to the documented routes, whole or broken.
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { DescField } from "@bufbuild/protobuf";
import fc from "fast-check";
import { MULTIPART_TYPES, multipart, parameters } from "./forms.ts";
import { credential, type Headers, someStrangeHeaders, strangeHeaders } from "./headers.ts";
import { jsonBody } from "./json-bodies.ts";
import { PATH_VARIANTS } from "./path-variants.ts";
import { bytes, type Sent } from "./request.ts";
import { type Route, ROUTES } from "../target/routes.ts";
import type { Principals } from "../target/enrol.ts";
import { goodText, nastyText } from "./values.ts";

const FORM = "application/x-www-form-urlencoded";

/**
 * The routes, those of the documented APIs and of OAuth more often than REST's, which have one
 * shape.
 */
const route = (routes: readonly Route[]): fc.Arbitrary<Route> =>
  fc.constantFrom(
    ...routes.flatMap((each) => Array<Route>(each.template.startsWith("/v1/") ? 1 : 3).fill(each)),
  );

const withBody = ROUTES.filter(({ body }) => body !== "");
const takingForms = withBody.filter(({ template }) => !template.startsWith("/v1/"));

/** What the body of a route fills, without what stands in the path. */
function bodyFields({ method: { input }, body, variables }: Route): readonly DescField[] {
  const field = input.fields.find(({ name }) => name === body);
  const { fields } = field?.fieldKind === "message" ? field.message : input;
  return fields.filter(({ name }) => !variables.includes(name));
}

const queryFields = ({ method, variables }: Route): readonly DescField[] =>
  method.input.fields.filter(
    ({ name, message }) => !variables.includes(name) && message === undefined,
  );

/** The path with something in the place of every variable. */
function path({ template, variables }: Route, principals: Principals): fc.Arbitrary<string> {
  const value = (name: string): fc.Arbitrary<string> => {
    const good = goodText(name.split(".").at(-1)!, principals);
    return fc.oneof(
      { weight: 3, arbitrary: good },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          "me",
          "1",
          "a%2fb",
          "%ff",
          "%",
          "%00",
          "..",
          "a:b",
          "x".repeat(200),
        ),
      },
      { weight: 1, arbitrary: nastyText.map((text) => encodeURIComponent(text.toWellFormed())) },
    );
  };
  return fc
    .tuple(...variables.map(value))
    .map((values) =>
      variables.reduce(
        (text, name, index) => text.replace(`{${name}}`, () => values[index]!),
        template,
      ),
    );
}

/** Ten megabytes in ten kilobytes. */
const BOMB = gzipSync(Buffer.alloc(10_000_000)).toString("latin1");

/** How a body may be sent: compressed rightly, wrongly, in chunks. */
const SENDINGS: readonly ((body: string) => Partial<Sent> & { headers: Headers })[] = [
  ...Array<(body: string) => Partial<Sent> & { headers: Headers }>(40).fill((body) => ({
    body,
    headers: [],
  })),
  (body) => ({
    body: gzipSync(Buffer.from(body, "latin1")).toString("latin1"),
    headers: [["content-encoding", "gzip"]],
  }),
  (body) => ({
    body: brotliCompressSync(Buffer.from(body, "latin1")).toString("latin1"),
    headers: [["content-encoding", "BR"]],
  }),
  (body) => ({
    body: gzipSync(Buffer.from(body, "latin1")).toString("latin1").slice(0, -9),
    headers: [["content-encoding", "x-gzip"]],
  }),
  () => ({ body: BOMB, headers: [["content-encoding", "gzip"]] }),
  (body) => ({ body, headers: [["content-encoding", "deflate"]] }),
  (body) => ({ body, chunk: 7, headers: [] }),
  (body) => ({ body: body.padEnd(65_537), headers: [] }),
];

interface Parts {
  readonly route: Route;
  readonly path: string;
  readonly query?: string;
  readonly type?: string;
  readonly body?: string;
  readonly credential: Headers;
  readonly more: Headers;
}

function put(
  { route: { verb }, path: raw, query = "", type, body, credential: own, more }: Parts,
  sending: (typeof SENDINGS)[number],
): Sent {
  const sent = body === undefined ? { headers: [] } : sending(body);
  const types: Headers = type === undefined ? [] : [["content-type", type]];
  return {
    verb,
    target: query === "" ? raw : `${raw}?${query}`,
    ...sent,
    headers: [...types, ...own, ...sent.headers, ...more],
  };
}

type Bodies = (fields: readonly DescField[], principals: Principals) => fc.Arbitrary<string>;

function bodied(
  routes: readonly Route[],
  bodies: Bodies,
  types: readonly string[],
  principals: Principals,
): fc.Arbitrary<Sent> {
  const made = new Map(
    routes.map((each) => [
      each,
      {
        path: path(each, principals),
        body: bodies(bodyFields(each), principals),
        credential: credential(each, principals),
      },
    ]),
  );
  return route(routes).chain((each) => {
    const parts = fc.record({
      route: fc.constant(each),
      ...made.get(each)!,
      type: fc.constantFrom(...types),
      more: strangeHeaders,
    });
    return fc.tuple(parts, fc.constantFrom(...SENDINGS)).map(([all, sending]) => put(all, sending));
  });
}

/** JSON to every route with a body; also called something else. */
export const jsonRequests = (principals: Principals): fc.Arbitrary<Sent> =>
  bodied(
    withBody,
    jsonBody,
    [
      ...Array<string>(40).fill("application/json"),
      "application/json; charset=utf-8",
      'Application/JSON;charset="UTF-8"',
      "application/json; charset=utf-7",
      "text/plain",
      FORM,
      "application/json, text/plain",
      "json",
      "",
    ],
    principals,
  );

/** Urlencoded forms to every route that takes them; also called something else. */
export const formRequests = (principals: Principals): fc.Arbitrary<Sent> =>
  bodied(
    takingForms,
    parameters,
    [
      ...Array<string>(40).fill(FORM),
      `${FORM}; charset=utf-8`,
      `${FORM}; charset=windows-1251`,
      "application/json",
      "multipart/form-data",
    ],
    principals,
  );

/** The same as multipart/form-data; the OAuth endpoints refuse it. */
export const multipartRequests = (principals: Principals): fc.Arbitrary<Sent> =>
  bodied(takingForms, multipart, MULTIPART_TYPES, principals);

/** Queries to every route, with and without a body besides. */
export function queryRequests(principals: Principals): fc.Arbitrary<Sent> {
  const made = new Map(
    ROUTES.map((each) => [
      each,
      {
        path: path(each, principals),
        query: parameters(queryFields(each), principals),
        body: parameters(bodyFields(each), principals),
        credential: credential(each, principals),
      },
    ]),
  );
  return route(ROUTES).chain((each) => {
    const { body, ...rest } = made.get(each)!;
    const sometimes = fc.oneof(fc.constant(undefined), body);
    const parts = fc.record({
      route: fc.constant(each),
      ...rest,
      body: each.body === "" ? fc.constant(undefined) : sometimes,
      more: strangeHeaders,
    });
    return parts.map(({ body: text, ...all }) =>
      put(text === undefined ? all : { ...all, type: FORM, body: text }, SENDINGS[0]!),
    );
  });
}

const VERBS: readonly string[] = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "PURGE",
  "QUERY",
  "get",
  "BREW",
  "GE T",
  "",
];

/** Any verb, path and headers, with a small body of any type. */
export function oddRequests(principals: Principals): fc.Arbitrary<Sent> {
  const made = new Map(
    ROUTES.map((each) => [
      each,
      { path: path(each, principals), credential: credential(each, principals) },
    ]),
  );
  const variants = [
    ...Array<(text: string) => string>(20).fill((text) => text),
    ...Object.values(PATH_VARIANTS),
  ];
  return route(ROUTES).chain((each) =>
    fc
      .record({
        route: fc.constant(each),
        ...made.get(each)!,
        more: someStrangeHeaders,
        verb: fc.oneof(fc.constant(each.verb), fc.constantFrom(...VERBS)),
        variant: fc.constantFrom(...variants),
        body: fc.constantFrom(undefined, "", "{}", "a=b", "null"),
      })
      .map(({ verb, variant, body, ...parts }) => {
        const sent = put(
          body === undefined
            ? parts
            : { ...parts, type: body === "a=b" ? FORM : "application/json", body },
          SENDINGS[0]!,
        );
        return { ...sent, verb, target: bytes(variant(sent.target)) };
      }),
  );
}
