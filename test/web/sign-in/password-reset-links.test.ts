import { describe, expect, test } from "vitest";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { passwordResetPages } from "./password-reset-pages.ts";

const clock = movableClock();

const used = useServer({ clock });

const { ask, tokenFor, reset, signsIn } = passwordResetPages(used);

describe("a link no longer works", () => {
  const dead = async (token: string): Promise<void> => {
    const agent = new Agent(used.url);
    expect((await agent.get(`/reset-password?token=${token}`)).status).toBe(410);
    expect(agent.page).toContain('href="/forgot-password"');
    expect((await reset(token, "a brand new password")).status).toBe(410);
  };

  test("after it was used", async () => {
    const user = await used.signUp();
    await ask(user.email);
    const token = await tokenFor(user.email);
    await reset(token, "a brand new password");
    await dead(token);
    expect(await signsIn(user.email, "a brand new password")).toBe(true);
  });

  test("after 15 minutes, and not before", async () => {
    const user = await used.signUp();
    await ask(user.email);
    const token = await tokenFor(user.email);
    clock.pass(15 * MINUTE - 5_000);
    expect((await new Agent(used.url).get(`/reset-password?token=${token}`)).status).toBe(200);
    clock.pass(5_001);
    await dead(token);
    await used.renew();
  });

  test("when there is a newer one", async () => {
    const user = await used.signUp();
    await ask(user.email);
    const older = await tokenFor(user.email);
    await ask(user.email);
    const newer = await tokenFor(user.email, 2);
    await dead(older);
    expect((await reset(newer, "a brand new password")).status).toBe(303);
  });

  test.each<
    readonly [
      string,
      (user: { id: string; password: string; email: string }, api: typeof used) => Promise<unknown>,
    ]
  >([
    [
      "the password was changed",
      ({ id }, { administrator }) =>
        administrator.users.changePassword({ userId: id, newPassword: "another password" }),
    ],
    [
      "the address was changed",
      ({ id }, { administrator }) =>
        administrator.users.updateUser({
          user: { id, email: `${unique()}@example.com` },
          updateMask: { paths: ["email"] },
        }),
    ],
    [
      "the user was locked",
      ({ id }, { administrator }) => administrator.users.lockUser({ userId: id, reason: "spam" }),
    ],
    [
      "the user was deleted",
      ({ id }, { administrator }) => administrator.users.deleteUser({ userId: id }),
    ],
  ])("after %s", async (_, act) => {
    const user = await used.signUp();
    await ask(user.email);
    const token = await tokenFor(user.email);
    await act(user, used);
    await dead(token);
  });

  test("when the server never sent it", async () => {
    const user = await used.signUp();
    for (const token of [
      "",
      "x",
      "lkm_",
      `lkm_${"A".repeat(43)}`,
      user.token,
      "%00",
      "%F0%9F%98%80",
    ])
      await dead(token);
    await dead(`${"A".repeat(43)}&token=${"B".repeat(43)}`);
  });
});

test("of many who use one link at once, one sets the password", async () => {
  const user = await used.signUp();
  await ask(user.email);
  const token = await tokenFor(user.email);
  const agents = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const agent = new Agent(used.url);
      await agent.get(`/reset-password?token=${token}`);
      return agent;
    }),
  );
  const statuses = await Promise.all(
    agents.map(
      async (agent, index) =>
        (await agent.post("/reset-password", { token, password: `password number ${index}` }))
          .status,
    ),
  );
  expect(statuses.toSorted()).toEqual([303, ...Array<number>(7).fill(410)]);
  expect(await signsIn(user.email, `password number ${statuses.indexOf(303)}`)).toBe(true);
});

test("a password that is too weak leaves the link as it was", async () => {
  const user = await used.signUp();
  await ask(user.email);
  const token = await tokenFor(user.email);
  for (const [password, text] of [
    ["short", "too short"],
    ["password1", "too common"],
    ["x".repeat(1025), "Too long: 1,024 bytes"],
  ] as const) {
    const agent = new Agent(used.url);
    expect((await reset(token, password, agent)).status).toBe(422);
    expect(agent.page).toContain(text);
    expect(agent.page).not.toContain(`value="${password}"`);
  }
  expect((await reset(token, "a brand new password")).status).toBe(303);
});
