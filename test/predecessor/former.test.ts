// Users who were deleted here, or who have another address here than at the predecessor.
import { describe, expect, test } from "vitest";
import { personOf } from "../predecessors/people.ts";
import { unique } from "../use-server.ts";
import { useStages } from "./use-stages.ts";

const engines = ["sqlite", "mysql"] as const;

describe.each(engines)("users who have left an address on %s", (engine) => {
  const used = useStages("kokids", engine);
  const person = (index: number) => personOf("kokids", index, 20);
  const loginOf = ({ email, accId, password }: ReturnType<typeof person>) => ({
    AccID: accId,
    Email: email,
    Password: password,
  });
  const find = (email: string) => used.store.users.findByEmail("default", email);

  /** Calls the API of administrators. */
  async function administer(method: string, path: string, body?: object): Promise<number> {
    const token = await used.administratorToken();
    const response = await fetch(`${used.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response.status;
  }

  /** Signs a user in, so that the user is learnt, and returns the user. */
  async function learn(login: ReturnType<typeof loginOf>) {
    expect((await used.send("POST /user/login", login)).status).toBe(200);
    await expect.poll(() => find(login.Email)).toBeDefined();
    return (await find(login.Email))!;
  }

  test.each(["mirror", "fallback"] as const)("an old address stays left in %s", async (stage) => {
    await used.stage(stage);
    const login = loginOf(person(stage === "mirror" ? 0 : 1));
    const user = await learn(login);
    const email = `${unique()}@elsewhere.example`;
    expect(await administer("PATCH", `/v1/users/${user.id}`, { email })).toBe(200);
    const refused = await used.send("POST /user/login", login);
    expect([refused.status, refused.wrong]).toEqual([401, undefined]);
    expect(await find(login.Email)).toBeUndefined();
    const renamed = await used.send("POST /user/login", { ...login, Email: email });
    // The predecessor knows no such address, so Latchkey answers in mirror too.
    expect([renamed.status, renamed.wrong]).toEqual([200, undefined]);
  });

  test("a user who was deleted here stays deleted in mirror", async () => {
    await used.stage("mirror");
    const login = loginOf(person(2));
    const user = await learn(login);
    expect(await administer("DELETE", `/v1/users/${user.id}`)).toBe(200);
    const refused = await used.send("POST /user/login", login);
    expect([refused.status, refused.wrong]).toEqual([401, undefined]);
    // Also when the row itself is gone, 30 days later.
    await used.store.users.purge(Date.now() + 1, 100);
    expect(await used.store.users.find(user.id)).toBeUndefined();
    for (const next of ["mirror", "fallback"] as const) {
      await used.stage(next);
      expect((await used.send("POST /user/login", login)).status).toBe(401);
      expect(await find(login.Email)).toBeUndefined();
    }
  });
});
