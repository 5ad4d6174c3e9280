// The API's description is OpenAPI 3.1, whole, and of this server only. Whether it is true is shown
// by every transcript: see test/transcripts/declared.ts.
import type { JsonObject } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import { type Document, type Operation, type Parameter, whole } from "./operations.ts";
import { complaints, lookUp } from "./schema.ts";

const used = useServer();
const without = useServer({
  environment: { KOKIDS: "off", SENLER: "off", REFLECTION: "off", DOCS: "on" },
});

const fetchDocument = async (url: string): Promise<JsonObject & Document> =>
  (await fetch(`${url}/openapi.json`)).json() as Promise<JsonObject & Document>;

let document: JsonObject & Document;
let operations: readonly {
  readonly path: string;
  readonly verb: string;
  readonly operation: Operation;
}[];

beforeAll(async () => {
  document = await fetchDocument(used.url);
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => ({
      path,
      verb,
      operation: whole(document, operation),
    })),
  );
});

/** Every object within, with the way to it. */
function* within(
  value: unknown,
  way: string,
): Generator<readonly [way: string, object: Readonly<Record<string, unknown>>]> {
  if (typeof value !== "object" || value === null) return;
  yield [way, value as Record<string, unknown>];
  for (const [key, child] of Object.entries(value)) yield* within(child, `${way}/${key}`);
}

describe("the document", () => {
  test("has its parts, and no reference leads nowhere", () => {
    expect(Object.keys(document)).toEqual([
      "openapi",
      "info",
      "servers",
      "tags",
      "paths",
      "components",
    ]);
    expect(document["openapi"]).toBe("3.1.0");
    const references = [...within(document, "#")].flatMap(([, { $ref }]) =>
      typeof $ref === "string" ? [$ref] : [],
    );
    expect(references.length).toBeGreaterThan(300);
    expect(() => references.map((reference) => lookUp(document, reference))).not.toThrow();
    const used = new Set(
      references.filter((reference) => reference.startsWith("#/components/schemas/")),
    );
    expect([...used].sort()).toEqual(
      Object.keys(document.components.schemas)
        .map((name) => `#/components/schemas/${name}`)
        .sort(),
    );
  });

  test("names every operation once, and every variable of a path", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(ids.length).toBeGreaterThan(50);
    expect(new Set(ids).size).toBe(ids.length);
    const shapes = Object.keys(document.paths).map((path) => path.replaceAll(/\{[^}]*\}/g, "{}"));
    expect(new Set(shapes).size).toBe(shapes.length);
    for (const { path, operation } of operations) {
      const parameters = operation.parameters ?? [];
      expect(new Set(parameters.map(({ name, in: place }) => `${place} ${name}`)).size, path).toBe(
        parameters.length,
      );
      const variables = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
      expect(
        parameters
          .filter(({ in: place, required }) => place === "path" && required === true)
          .map(({ name }) => name),
        path,
      ).toEqual(variables);
      expect(
        operation.security
          .flatMap((scheme) => Object.keys(scheme))
          .filter((name) => !(name in document.components.securitySchemes)),
      ).toEqual([]);
      expect(Object.keys(operation.responses).every((status) => /^[2-5]\d\d$/.test(status))).toBe(
        true,
      );
    }
  });

  test("says something of every operation, parameter, property and status", () => {
    const silent = [...within(document, "")].flatMap(([way, { properties }]) =>
      typeof properties === "object" && way.startsWith("/components/schemas")
        ? Object.entries(properties as Readonly<Record<string, Parameter & { const?: string }>>)
            .filter(
              ([, { description, const: constant }]) =>
                description === undefined && constant === undefined,
            )
            .map(([name]) => `${way}: ${name}`)
        : [],
    );
    const mute = operations.flatMap(
      ({ path, operation: { summary, parameters = [], responses } }) => [
        ...(summary === "" ? [path] : []),
        ...[...parameters, ...Object.values(responses)]
          .filter(({ description = "" }) => description === "")
          .map(() => path),
      ],
    );
    expect([...silent, ...mute]).toEqual([]);
  });

  test("has examples that fit", () => {
    const { paths, components } = document;
    for (const [way, media] of within([paths, components.responses, components.parameters], "")) {
      if (!("schema" in media)) continue;
      const examples = [
        ...("example" in media ? [media["example"]] : []),
        ...Object.values(
          (media["examples"] ?? {}) as Record<string, { $ref?: string; value?: unknown }>,
        ).map(({ $ref, value }) => ($ref === undefined ? value : lookUp(document, $ref)["value"])),
      ];
      for (const example of examples)
        expect(
          complaints(example as JsonObject, media["schema"] as JsonObject, {
            document,
            closed: true,
          }),
          way,
        ).toEqual([]);
    }
  });

  const answersOf = (isWanted: (status: string) => boolean) =>
    operations.flatMap(({ path, verb, operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => isWanted(status))
        .flatMap(([, { content }]) => content?.["application/json"] ?? [])
        .map((media) => ({ place: `${verb} ${path}`, ...media })),
    );

  test("has an example of every success whose body the API's own contract fixes", () => {
    const successes = answersOf((status) => status.startsWith("2"));
    expect(
      successes
        .filter(({ example }) => example !== undefined)
        .map(({ place }) => place)
        .toSorted(),
    ).toEqual([
      "get /ajax/cabinet/OAuth2token",
      "get /auth",
      "get /auth/",
      "patch /auth",
      "patch /auth/",
      "post /ajax/cabinet/OAuth2token",
      "post /login",
      "post /login/",
      "post /oauth",
      "post /oauth/",
      "post /oauth2/login",
      "post /oauth2/register",
      "post /register",
      "post /register/",
      "post /user/create",
      "post /user/delete",
      "post /user/login",
      "post /user/logout",
    ]);
  });

  test("has an example of every failure that is JSON", () => {
    const failures = answersOf((status) => status >= "4");
    expect(failures.length).toBeGreaterThan(300);
    expect(failures.filter(({ examples = {} }) => Object.keys(examples).length === 0)).toEqual([]);
  });

  test("is small, the same every time, and can be cached", async () => {
    const [first, second] = [
      await fetch(`${used.url}/openapi.json`),
      await fetch(`${without.url}/openapi.json`),
    ];
    const etag = first.headers.get("etag")!;
    expect((await first.text()).length).toBeLessThan(400_000);
    expect(second.headers.get("etag")).not.toBe(etag);
    const again = await fetch(`${used.url}/openapi.json`, {
      headers: { "if-none-match": `"x", ${etag}` },
    });
    expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
    const plain = await fetch(`${used.url}/openapi.json`, {
      headers: { "accept-encoding": "gzip;q=0, br" },
    });
    expect([
      plain.headers.get("content-encoding"),
      first.headers.get("content-encoding"),
      plain.headers.get("vary"),
    ]).toEqual([null, "gzip", "accept-encoding"]);
    expect(await plain.json()).toEqual(document);
  });
});

test("only what is switched on is described", async () => {
  const paths = Object.keys((await fetchDocument(without.url)).paths);
  expect(Object.keys(document.paths).filter((path) => !paths.includes(path))).toEqual([
    "/user/create",
    "/user/login",
    "/user/logout",
    "/user/delete",
    "/ajax/cabinet/OAuth2token",
    "/cabinet/OAuth2authorize",
  ]);
});

describe("what the contract says is said", () => {
  const operation = (path: string, verb: string): Operation =>
    whole(document, document.paths[path]![verb]!);
  const schema = (name: string): JsonObject => document.components.schemas[name] as JsonObject;

  test("of who may call", () => {
    expect(operation("/v1/users/{userId}", "get").security).toEqual([
      { session: [] },
      { oauth2: ["profile"] },
      { oauth2: ["users.read"] },
      { oauth2: ["admin"] },
    ]);
    expect(operation("/v1/sessions", "post").security).toEqual([]);
    expect(operation("/oauth2/introspect", "post").security).toEqual([{ client: [] }, {}]);
    expect(operation("/user/delete", "post").security).toEqual([{}, { "kokids.token": [] }]);
    expect(
      Object.keys(
        document.components.securitySchemes["oauth2"]!.flows!["clientCredentials"]!.scopes,
      ),
    ).toContain("introspect");
  });

  test("of rules", () => {
    expect(schema("identity.v1.SignInRequest")).toMatchObject({
      required: ["password"],
      oneOf: [{ required: ["username"] }, { required: ["email"] }],
      properties: { password: { minLength: 1, maxLength: 1024 } },
    });
    expect(schema("identity.v1.CreateUserRequest")).toMatchObject({
      properties: { realm: { pattern: "^([a-z][a-z0-9-]{0,31})?$" } },
    });
    expect(schema("legacy.secretpair.v1.BecomeDeveloperRequest")).toMatchObject({
      required: ["is_developer"],
      properties: { is_developer: { const: true } },
    });
    expect(schema("identity.v1.Client.Input")).toMatchObject({
      properties: {
        redirectUris: { maxItems: 20, items: { type: "string", maxLength: 2048 } },
        createTime: { readOnly: true },
      },
    });
  });

  test("of bodies and where parameters may stand", () => {
    expect(Object.keys(operation("/user/login", "post").requestBody!.content)).toEqual([
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/json",
    ]);
    expect(Object.keys(operation("/oauth2/token", "post").requestBody!.content)).toEqual([
      "application/x-www-form-urlencoded",
    ]);
    expect(
      operation("/ajax/cabinet/OAuth2token", "get").parameters!.map(
        ({ name, required = false }) => [name, required],
      ),
    ).toEqual([
      ["client_id", true],
      ["client_secret", true],
      ["redirect_uri", true],
      ["code", true],
      ["group_id", false],
      ["grant_type", false],
    ]);
    expect(
      operation("/v1/users/{userId}", "patch").parameters!.map(({ name, in: place }) => [
        name,
        place,
      ]),
    ).toEqual([
      ["userId", "path"],
      ["updateMask", "query"],
    ]);
  });

  test("of failures", () => {
    expect(operation("/oauth2/register", "post").responses["302"]).toMatchObject({
      content: {
        "application/json": {
          examples: {
            EMAIL_TAKEN: {
              summary: "EMAIL_TAKEN, USERNAME_TAKEN",
              value: { msg: "Пользователь уже существует.", status: false },
            },
          },
        },
      },
    });
    expect(operation("/oauth2/token", "post").responses["401"]).toMatchObject({
      headers: {
        "www-authenticate": { schema: { enum: ['Basic realm="latchkey", charset="UTF-8"'] } },
      },
    });
    expect(operation("/v1/sessions", "post").responses["429"]).toMatchObject({
      description: expect.stringContaining("`RATE_LIMITED`: Too many tries"),
      headers: { "retry-after": {} },
    });
  });
});
