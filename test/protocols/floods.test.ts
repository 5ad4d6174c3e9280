// Limits on what an anonymous caller can make the server do, however long a request is.
import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test, vi } from "vitest";
import { CreateClientRequestSchema } from "../../gen/identity/v1/oauth_pb.ts";
import { SignInRequestSchema } from "../../gen/identity/v1/user_pb.ts";
import { methods } from "../contract/descriptors.ts";
import { ROUTES } from "../fuzz/target/routes.ts";
import { useServer } from "../use-server.ts";

const used = useServer();

interface Status {
  readonly message: string;
  readonly details: readonly {
    readonly reason?: string;
    readonly fieldViolations?: readonly { readonly field: string; readonly description: string }[];
  }[];
}

async function send(
  verb: string,
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; length: number }> {
  const response = await fetch(used.url + path, {
    method: verb,
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  const text = await response.text();
  const length =
    text.length +
    [...response.headers].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return { status: response.status, text, length };
}

/** A kilobyte more than all violations that are reported. */
const MOST = 8 * 1024;

const many = (item: string, count: number): string => `[${Array(count).fill(item).join()}]`;

describe("a body of JSON", () => {
  test("is answered with 16 wrong fields at most, each once, and read no further", async () => {
    const { status, text } = await send(
      "POST",
      "/v1/clients",
      `{"client":{"scopes":${many("1", 900)},"apis":${many("1", 900)}}}`,
    );
    const { message, details } = JSON.parse(text) as Status;
    const told = details[1]!.fieldViolations!;
    expect([status, details[0]!.reason, told.length, text.length < MOST]).toEqual([
      400,
      "FIELD_INVALID",
      16,
      true,
    ]);
    expect(new Set(told.map(({ field }) => field)).size).toBe(16);
    expect(told[0]).toEqual({ field: "client.scopes[0]", description: "must be a string" });
    expect(message.length).toBeLessThanOrEqual(1024);
  });

  test.each([
    ["31,000 numbers", `{"client":{"scopes":${many("1", 31_000)}}}`],
    ["31,000 texts", `{"client":{"scopes":${many('""', 20_000)}}}`],
    ["31,000 numbers of no field", `{"nothing":${many("1", 31_000)}}`],
    ["9,000 fields", `{${Array.from({ length: 6_000 }, (_, index) => `"${index}":1`).join()}}`],
    ["30,000 levels", "[".repeat(30_000) + "]".repeat(30_000)],
    ["a long name twice", `{"${"\\u0001".repeat(5_000)}":1,"${"\\u0001".repeat(5_000)}":1}`],
    ["a number of 60,000 digits", `{"client":{"name":${"9".repeat(60_000)}}}`],
  ])("of %s is refused with few words", async (_, body) => {
    const { status, text } = await send("POST", "/v1/clients", body);
    expect([status, text.length < 1024], text.slice(0, 200)).toEqual([400, true]);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ["a text", JSON.stringify("\u0345\u0315\u0300\u0323".repeat(7_000))],
    ["a wrong type", `[{"a":${JSON.stringify("x".repeat(60_000))}}]`],
    ["a long number", `"${"1".repeat(60_000)}x"`],
    ["a list", many('"username"', 900)],
  ];
  test.each(wrong)("with %s in any field of any method is answered shortly", async (_, value) => {
    let count = 0;
    for (const { method, verb, template, body } of ROUTES.filter((route) => route.body !== "")) {
      const inner = method.input.fields.find(({ name }) => name === body);
      for (const { jsonName } of (inner?.message ?? method.input).fields) {
        const { status, length } = await send(
          verb,
          template.replaceAll(/\{[^}]*\}/g, "1"),
          `{${JSON.stringify(jsonName)}:${value}}`,
        );
        expect(
          [status >= 200 && status < 500, length < MOST],
          `${verb} ${template} ${jsonName}: ${status}, ${length} bytes`,
        ).toEqual([true, true]);
        count++;
      }
    }
    expect(count).toBeGreaterThan(50);
  });
});

describe("a message over an RPC protocol", () => {
  const called = methods.filter(
    ({ parent, methodKind }) => parent.typeName.startsWith("identity.") && methodKind === "unary",
  );

  test("of JSON says shortly why it can't be read", async () => {
    for (const { parent, name, input } of called) {
      const field = input.fields[0]?.jsonName ?? "x";
      for (const value of [
        JSON.stringify("x".repeat(60_000)),
        `{"${"x".repeat(60_000)}":1}`,
        many("{}", 15_000),
      ]) {
        const { status, length } = await send(
          "POST",
          `/${parent.typeName}/${name}`,
          `{"${field}":${value}}`,
        );
        expect([status < 500, length < MOST], `${name} ${status} ${length}`).toEqual([true, true]);
      }
    }
    expect(called.length).toBeGreaterThan(30);
  });

  test("of protobuf with lists that are too long is refused by their size alone", async () => {
    const user = await used.signUp();
    const body = toBinary(
      CreateClientRequestSchema,
      create(CreateClientRequestSchema, {
        client: { name: "x", scopes: Array<string>(30_000).fill("") },
      }),
    );
    const { status, text } = await send(
      "POST",
      "/identity.v1.OAuthService/CreateClient",
      Buffer.from(body),
      { "content-type": "application/proto", authorization: `Bearer ${user.token}` },
    );
    expect([status, text]).toEqual([
      400,
      expect.stringContaining("client.scopes: must contain no more than 64 item(s)"),
    ]);
  });

  test("with a long text is refused before a pattern or a walk over its characters", async () => {
    const matched = vi.spyOn(RegExp.prototype, "test");
    const walked = vi.spyOn(String.prototype, "codePointAt");
    const realm = "a".repeat(20_000);
    const body = toBinary(
      SignInRequestSchema,
      create(SignInRequestSchema, {
        identifier: { case: "email", value: realm },
        password: realm,
        realm,
      }),
    );
    const { text } = await send("POST", "/identity.v1.UserService/SignIn", Buffer.from(body), {
      "content-type": "application/proto",
    });
    const looks = [...matched.mock.calls, ...walked.mock.contexts]
      .flat()
      .filter((each) => String(each) === realm).length;
    vi.restoreAllMocks();
    expect(text).toContain("must be at most 320 bytes");
    expect(looks).toBe(0);
  });

  test("with an update mask of many paths is refused shortly", async () => {
    const user = await used.signUp();
    for (const mask of [
      "username,".repeat(400),
      `x${"y".repeat(4_000)}`,
      "username,".repeat(7_000),
    ]) {
      const { status, length } = await send("PATCH", "/v1/users/me", "{}", {
        authorization: `Bearer ${user.token}`,
      }).then(() =>
        send("PATCH", `/v1/users/me?updateMask=${mask.slice(0, 7_900)}`, "{}", {
          authorization: `Bearer ${user.token}`,
        }),
      );
      expect([status, length < MOST]).toEqual([400, true]);
    }
  });
});

describe("headers", () => {
  test.each([
    ["authorization", `Bearer ${"a".repeat(12_000)}`],
    ["authorization", `Basic ${"QUFB".repeat(3_000)}`],
    ["authorization", `Basic ${Buffer.from("%41".repeat(3_000)).toString("base64")}`],
    ["accept-language", "en;q=0.1,".repeat(1_300)],
    ["cookie", "latchkey=a; ".repeat(1_000)],
    ["x-forwarded-for", "127.0.0.1,".repeat(1_300)],
  ])("%s with 12 kB is answered shortly", async (name, value) => {
    for (const [verb, path, body] of [
      ["POST", "/oauth2/token", "grant_type=client_credentials"],
      ["POST", "/oauth2/introspect", "token=x"],
      ["DELETE", "/v1/sessions/current", ""],
    ] as const) {
      const { status, length } = await send(verb, path, body, {
        "content-type": "application/x-www-form-urlencoded",
        [name]: value,
      });
      expect([status >= 400 && status < 500, length < MOST], `${path} ${status}`).toEqual([
        true,
        true,
      ]);
    }
  });

  test("a scope of 10,000 items is refused for its length", async () => {
    const { clientId, clientSecret } = used.server.administrator;
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const form = { "content-type": "application/x-www-form-urlencoded", authorization };
    const { status, text } = await send(
      "POST",
      "/oauth2/token",
      `grant_type=client_credentials&scope=${"a+".repeat(10_000)}`,
      form,
    );
    expect([status, JSON.parse(text)]).toEqual([
      400,
      expect.objectContaining({
        error: expect.stringMatching(/^invalid_(scope|request)$/) as unknown,
      }),
    ]);
  });
});

test("gRPC-Web as text in too many segments is no message", async () => {
  const { status, text } = await send(
    "POST",
    "/identity.v1.UserService/GetUser",
    "AA==".repeat(20_000),
    { "content-type": "application/grpc-web-text+proto" },
  );
  expect([status, Buffer.from(text, "base64").toString()]).toEqual([
    200,
    expect.stringContaining("too many base64 segments"),
  ]);
});
