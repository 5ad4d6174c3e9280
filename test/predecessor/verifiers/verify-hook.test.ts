// Users who were imported without a password, and the system that knows it.
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../../legacy/call.ts";
import { startServer, type TestServer } from "../../server.ts";
import { aUser } from "../../store/samples.ts";
import { stores } from "../../mariadb.ts";
import { unique } from "../../use-server.ts";

const PASSWORD = "known elsewhere";

describe.each(["sqlite", "mysql"] as const)("PASSWORD_VERIFY_URL on %s", (engine) => {
  let hook: Server;
  let server: TestServer;
  let remove: () => Promise<void>;
  const asked: Record<string, string>[] = [];
  let answer: (valid: boolean) => string | undefined = (valid) => JSON.stringify({ valid });
  beforeAll(async () => {
    hook = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const fields = JSON.parse(text) as Record<string, string>;
      asked.push(fields);
      const body = answer(fields["password"] === PASSWORD);
      if (body !== undefined) response.end(body);
    }).listen(0, "127.0.0.1");
    await once(hook, "listening");
    const { port } = hook.address() as AddressInfo;
    const database = await stores.find((store) => store.engine === engine)!.empty();
    remove = () => database.remove();
    server = await startServer(database.options, {
      PASSWORD_VERIFY_URL: `http://127.0.0.1:${port}/verify`,
    });
  });
  afterAll(async () => {
    await server.stop();
    hook.closeAllConnections();
    hook.close();
    await remove();
  });
  const imported = async () => {
    const user = aUser({ realm: "default", username: unique(), passwordHash: "", accId: "acc" });
    await server.store.users.insert(user);
    return user;
  };
  const login = async (email: string, password: string): Promise<number> =>
    (
      await call(`${server.url}/user/login`, "POST", {
        AccID: "acc",
        Email: email,
        Password: password,
      })
    ).status;

  test("is asked about a user without a password, never again once it was right", async () => {
    const { email, username, id } = await imported();
    asked.length = 0;
    expect(await login(email, "wrong")).toBe(401);
    expect(asked).toEqual([{ email, username, password: "wrong" }]);
    const statuses = await Promise.all(Array.from({ length: 8 }, () => login(email, PASSWORD)));
    expect(statuses).toEqual(Array(8).fill(200));
    const before = asked.length;
    expect(await login(email, PASSWORD)).toBe(200);
    expect(await login(email, "wrong")).toBe(401);
    expect(asked.length).toBe(before);
    expect((await server.store.users.find(id))?.passwordHash).toMatch(/^\$argon2id\$/);
  });

  test("is not asked about unknown users, and with a wrong AccID", async () => {
    asked.length = 0;
    expect(await login(`${unique()}@example.com`, PASSWORD)).toBe(401);
    const { email } = await imported();
    const other = { AccID: "other", Email: email, Password: PASSWORD };
    expect((await call(`${server.url}/user/login`, "POST", other)).status).toBe(401);
    expect(asked).toEqual([]);
  });

  test("works by every way in, and within the limits", async () => {
    const { username } = await imported();
    const signedIn = await call(`${server.url}/login/`, "POST", { username, password: PASSWORD });
    expect(signedIn.status).toBe(200);
    const { email } = await imported();
    asked.length = 0;
    const statuses = await Promise.all(Array.from({ length: 30 }, () => login(email, "wrong")));
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(asked).toHaveLength(10);
  });

  test("that lies, or says nothing in three seconds, is a no", async () => {
    const { email } = await imported();
    let refused = 0;
    for (const lie of ["", "true", "[]", '{"valid":"true"}', '{"valid":1}', "<h1>It works!</h1>"]) {
      answer = () => lie;
      if ((await login(email, PASSWORD)) === 401) refused++;
    }
    expect(refused).toBe(6);
    answer = () => undefined;
    const started = performance.now();
    expect(await login(email, PASSWORD)).toBe(401);
    expect(performance.now() - started).toBeLessThan(5_000);
    answer = (valid) => JSON.stringify({ valid });
    expect(await login(email, PASSWORD)).toBe(200);
    expect(server.log.join("\n")).not.toContain(PASSWORD);
  });
});
