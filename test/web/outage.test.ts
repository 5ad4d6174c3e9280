// A page while the database is away.
import { expect, test } from "vitest";
import { IdentityError } from "../../src/domain/errors.ts";
import { useServer } from "../use-server.ts";
import { Agent } from "./agent.ts";

const used = useServer();

test("says so, and no user is signed out by it", async () => {
  const agent = new Agent(used.url);
  await agent.signIn(await used.signUp());
  const { cookie } = agent;
  const { sessions } = used.server.store;
  const { findByToken } = sessions;
  sessions.findByToken = () =>
    Promise.reject(new IdentityError("STORE_UNAVAILABLE", "The database is away."));
  const away = await agent.get("/");
  expect([away.status, away.headers.get("retry-after"), away.headers.getSetCookie()]).toEqual([
    503,
    "1",
    [],
  ]);
  expect(agent.page).toContain("Service temporarily unavailable");
  expect(agent.page).toContain("Try again in a moment.");
  for (const reason of ["STORE_UNAVAILABLE", "DEADLINE_EXCEEDED"] as const) {
    const unknown = { metadata: { effect: "unknown" } };
    sessions.findByToken = () => Promise.reject(new IdentityError(reason, "No answer.", unknown));
    expect((await agent.get("/")).status).toBe(503);
    expect(agent.page).toContain("may have been done all the same");
    expect(agent.page).not.toContain("Try again in a moment.");
  }
  sessions.findByToken = () => Promise.reject(new Error("secret detail"));
  expect((await agent.get("/")).status).toBe(500);
  expect(agent.page).not.toContain("secret detail");
  expect(used.server.log.join("")).toContain('"msg":"fault"');
  sessions.findByToken = findByToken;
  const { status } = await agent.get("/account");
  expect([agent.cookie, status]).toEqual([cookie, 200]);
});
