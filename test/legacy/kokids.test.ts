// What the transcripts of kokids can't show: what is kept, what is written down, and who is refused
// under load.
import { describe, expect, test, vi } from "vitest";
import { stores } from "../mariadb.ts";
import { unique, useServer } from "../use-server.ts";

const engines = stores.map(({ engine }) => engine);

const post = (
  url: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Response> =>
  fetch(`${url}/user/${path}`, { method: "POST", body: new URLSearchParams(parameters) });

/** A user with unique names. */
const newUser = (): Readonly<Record<"AccID" | "Email" | "UserID" | "Password", string>> => ({
  AccID: unique("acc-"),
  Email: `${unique()}@kids.example`,
  UserID: unique("uid-"),
  Password: unique("pass-"),
});

const device = {
  Bundle: "com.YovoGames.hair",
  OSInt: "9223372036854775807",
  GAID: "Random-Device-ID000",
  SDKVerC: "1.0.0",
};

describe.each(engines)("kokids on %s", (engine) => {
  const used = useServer({ engine });
  const create = async (user: ReturnType<typeof newUser>) => {
    expect((await post(used.url, "create", { ...user, ...device })).status).toBe(200);
    return (await used.server.store.users.findByUsername("default", user.UserID))!;
  };

  test("keeps the device", async () => {
    const { id } = await create(newUser());
    const kept = {
      userId: id,
      gaid: "Random-Device-ID000",
      bundle: "com.YovoGames.hair",
      osInt: 2n ** 63n - 1n,
      sdkVersion: "1.0.0",
    };
    expect(await used.server.store.devices.list(id)).toEqual([expect.objectContaining(kept)]);
  });

  test("writes down what was done, and what was tried", async () => {
    const { AccID, Email, ...user } = newUser();
    const { id } = await create({ AccID, Email, ...user });
    await post(used.url, "login", { AccID, Email, Password: "guess" });
    await post(used.url, "login", { AccID, Email, ...user });
    await post(used.url, "logout", { AccID, Email });
    const refused = await fetch(`${used.url}/user/delete`, {
      method: "POST",
      body: new URLSearchParams({ AccID, Email }),
      headers: { authorization: "guess" },
    });
    expect(refused.status).toBe(400);
    await post(used.url, "delete", { AccID, Email });
    const events = await used.server.store.audit.list({ userId: id }, { limit: 10 });
    expect(
      events
        .toReversed()
        .map(({ type, succeeded, actor, address }) => ({ type, succeeded, actor, address })),
    ).toEqual(
      [
        { type: "user.create", succeeded: true },
        { type: "user.sign_in", succeeded: false },
        { type: "user.sign_in", succeeded: true },
        { type: "user.sign_out", succeeded: true },
        { type: "user.delete", succeeded: false },
        { type: "user.delete", succeeded: true },
      ].map((event) => ({ ...event, actor: "anonymous", address: "127.0.0.1" })),
    );
  });

  test("logs no secret", async () => {
    const user = newUser();
    await create(user);
    const { token } = (await (await post(used.url, "login", user)).json()) as { token: string };
    await post(used.url, `logout?AccID=${user.AccID}`, { Email: user.Email });
    await post(used.url, "login", { ...user, Email: "" });
    const log = used.server.log.join("");
    expect(log).toContain("KokidsService");
    for (const secret of [token, user.Password, user.AccID, user.Email])
      expect(log).not.toContain(secret);
  });

  test("answers as for an unknown user when the user is deleted at the same moment", async () => {
    const { AccID, Email, ...user } = newUser();
    const found = await create({ AccID, Email, ...user });
    await post(used.url, "delete", { AccID, Email });
    const find = vi.spyOn(used.server.store.users, "findByEmail").mockResolvedValue(found);
    try {
      expect((await post(used.url, "logout", { AccID, Email })).status).toBe(200);
      expect((await post(used.url, "delete", { AccID, Email })).status).toBe(400);
    } finally {
      find.mockRestore();
    }
  });
});

describe("kokids under load", () => {
  const used = useServer({ environment: { HASH_LANES: "1" }, slowHashes: true });

  test("refuses at once what would wait too long", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(used.url, "create", { ...newUser(), ...device })),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(answers.length);
    for (const answer of refused) {
      expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).toEqual([
        429,
        "1",
        '{"error":"Too many requests"}',
      ]);
    }
  });
});
