// Users who were imported without a password, and a system that knows it and speaks gRPC.
import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PasswordVerifierService } from "../../../gen/verifier/v1/password_verifier_pb.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { call } from "../../legacy/call.ts";
import { startServer, type TestServer } from "../../server.ts";
import { aUser } from "../../store/samples.ts";
import { stores } from "../../mariadb.ts";
import { unique } from "../../use-server.ts";

const PASSWORD = "known elsewhere";

interface Question {
  readonly email: string;
  readonly username: string;
  readonly password: string;
}

describe.each(["sqlite", "mysql"] as const)("PASSWORD_VERIFY_URL with grpc:// on %s", (engine) => {
  let verifier: Http2Server;
  let server: TestServer;
  let remove: () => Promise<void>;
  const sessions = new Set<ServerHttp2Session>();
  const asked: Question[] = [];
  const honest = async ({ password }: Question) => ({ valid: password === PASSWORD });
  let answer: (question: Question) => Promise<{ valid: boolean }> = honest;
  const adapter = connectNodeAdapter({
    routes: (router) =>
      router.service(PasswordVerifierService, {
        verifyPassword: ({ email, username, password }) => {
          asked.push({ email, username, password });
          return answer({ email, username, password });
        },
      }),
  });
  const listen = async (port: number) => {
    verifier = createServer(adapter).listen(port, "127.0.0.1");
    verifier.on("session", (session) => sessions.add(session));
    await once(verifier, "listening");
    return (verifier.address() as AddressInfo).port;
  };
  const close = () => {
    for (const session of sessions) session.destroy();
    sessions.clear();
    verifier.close();
  };
  let port: number;
  beforeAll(async () => {
    port = await listen(0);
    const database = await stores.find((store) => store.engine === engine)!.empty();
    remove = () => database.remove();
    server = await startServer(database.options, {
      PASSWORD_VERIFY_URL: `grpc://127.0.0.1:${port}`,
    });
  });
  beforeEach(() => {
    answer = honest;
    asked.length = 0;
  });
  afterAll(async () => {
    await server.stop();
    close();
    await remove();
  });
  const imported = async () => {
    const user = aUser({ realm: "default", username: unique(), passwordHash: "", accId: "acc" });
    await server.store.users.insert(user);
    return user;
  };
  const login = async (Email: string, Password: string): Promise<number> =>
    (await call(`${server.url}/user/login`, "POST", { AccID: "acc", Email, Password })).status;
  const signIn = async (username: string, password: string): Promise<number> =>
    (
      await fetch(`${server.url}/identity.v1.UserService/SignIn`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username, password }),
      })
    ).status;

  test("asks about a user without a password, never again once it was right", async () => {
    const { email, username, id } = await imported();
    expect(await login(email, "wrong")).toBe(401);
    expect(asked).toEqual([{ email, username, password: "wrong" }]);
    const statuses = await Promise.all(Array.from({ length: 30 }, () => login(email, PASSWORD)));
    expect(statuses).toEqual(Array(30).fill(200));
    asked.length = 0;
    expect(await login(email, PASSWORD)).toBe(200);
    expect(await login(email, "wrong")).toBe(401);
    expect(await login(`${unique()}@example.com`, PASSWORD)).toBe(401);
    expect(asked).toEqual([]);
    expect((await server.store.users.find(id))?.passwordHash).toMatch(/^\$argon2id\$/);
  });

  test("serves SignIn and the page's form too", async () => {
    const first = await imported();
    expect(await signIn(first.username, "wrong")).toBe(401);
    expect(await signIn(first.username, PASSWORD)).toBe(200);
    const { username } = await imported();
    const page = await call(`${server.url}/login/`, "POST", { username, password: PASSWORD });
    expect(page.status).toBe(200);
    expect(asked).toHaveLength(3);
  });

  test("takes an error, silence and a closed port for a no, and asks again later", async () => {
    const { email } = await imported();
    answer = () => Promise.reject(new ConnectError(PASSWORD, Code.Internal));
    expect(await login(email, PASSWORD)).toBe(401);
    answer = () => new Promise(() => {});
    const started = performance.now();
    expect(await login(email, PASSWORD)).toBe(401);
    expect(performance.now() - started).toBeLessThan(5_000);
    close();
    expect(await login(email, PASSWORD)).toBe(401);
    answer = honest;
    await listen(port);
    expect(await login(email, PASSWORD)).toBe(200);
    expect(server.log.join("\n")).not.toContain(PASSWORD);
  });

  test("isn't served by this server", async () => {
    const response = await fetch(
      `${server.url}/verifier.v1.PasswordVerifierService/VerifyPassword`,
      { method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
    );
    expect(response.status).toBe(404);
    expect(await (await fetch(`${server.url}/openapi.json`)).text()).not.toContain("verifier.v1");
  });

  test.each([
    "grpc://auth.example.com:50051",
    "grpcs://auth.example.com",
    "grpcs://auth.example.com:50051/path",
    "grpcs://user:word@auth.example.com:50051",
  ])("refuses %s", (url) => {
    expect(() => readConfig({ PASSWORD_VERIFY_URL: url })).toThrow(/PASSWORD_VERIFY_URL/);
  });
});
