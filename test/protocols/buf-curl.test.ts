// buf curl without a schema: it asks the server's reflection for one.
import { fromBinary } from "@bufbuild/protobuf";
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { unique, useServer } from "../use-server.ts";

const used = useServer();
const buf = join(resolve(import.meta.dirname, "../.."), "node_modules/.bin/buf");

/** Calls a method; the answer, or what is printed of the failure. */
async function curl(
  method: string,
  message: object,
  ...options: string[]
): Promise<Record<string, unknown>> {
  const run = promisify(execFile)(buf, [
    "curl",
    ...options,
    "--data",
    JSON.stringify(message),
    `${used.url}/identity.v1.${method}`,
  ]);
  const { stdout } = await run.catch((error: { stderr: string }) => ({ stdout: error.stderr }));
  return JSON.parse(stdout) as Record<string, unknown>;
}

const ways = ["grpc", "grpcweb", "connect"].flatMap((protocol) => [
  { name: `${protocol}, h2c`, options: ["--protocol", protocol, "--http2-prior-knowledge"] },
  { name: protocol, options: ["--protocol", protocol] },
]);

describe.each(ways)("over $name", ({ options }) => {
  test("a user is created and signs in", async () => {
    const email = `${unique()}@example.com`;
    const bearer = ["--header", `authorization: Bearer ${await used.server.administratorToken()}`];
    const password = "correct horse battery";
    expect(
      await curl("UserService/CreateUser", { email, password }, ...options, ...bearer),
    ).toMatchObject({ user: { email, state: "USER_STATE_ACTIVE" } });
    expect(await curl("UserService/SignIn", { email, password }, ...options)).toMatchObject({
      accessToken: expect.stringMatching(/^lks_/),
      user: { email },
    });
  });

  test("a refusal has its code and its reason", async () => {
    const { code, details } = (await curl("UserService/GetUser", { userId: "me" }, ...options)) as {
      code: string;
      details: { type: string; value: string }[];
    };
    expect([code, details.map(({ type }) => type)]).toEqual([
      "unauthenticated",
      ["google.rpc.ErrorInfo"],
    ]);
    expect(fromBinary(ErrorInfoSchema, Buffer.from(details[0]!.value, "base64"))).toMatchObject({
      reason: "CREDENTIAL_MISSING",
      domain: "latchkey",
    });
  });
});
