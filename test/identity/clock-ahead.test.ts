// What clients see after a clock that was a day ahead is put right.
import { describe, expect, test } from "vitest";
import { stores } from "../mariadb.ts";
import { unique, useServer } from "../use-server.ts";
import { DAY, MINUTE, movableClock } from "./clock.ts";

describe.each(stores.map(({ engine }) => engine))("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine: engine, clock });
  const signIn = (username: string, password: string): Promise<Response> =>
    fetch(`${used.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });

  test("a lock-out of an account ends", async () => {
    const { username, password } = await used.signUp();
    clock.pass(DAY);
    for (let tries = 0; tries < 10; tries++)
      expect((await signIn(username, "wrong")).status).not.toBe(429);
    expect((await signIn(username, password)).status).toBe(429);
    clock.pass(-DAY);
    expect((await signIn(username, password)).status).toBe(200);
    for (let tries = 0; tries < 10; tries++) await signIn(username, "wrong");
    const refused = await signIn(username, password);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(5 * 60);
    clock.pass(5 * MINUTE);
    expect((await signIn(username, password)).status).toBe(200);
  });

  test("a lock-out of a network ends, also in the memory of the process", async () => {
    clock.pass(DAY);
    const statuses: number[] = [];
    for (let tries = 0; tries < 302; tries++)
      statuses.push((await signIn(unique(), "wrong")).status);
    expect(statuses.slice(-1)).toEqual([429]);
    clock.pass(-DAY);
    expect((await signIn(unique(), "wrong")).status).toBe(401);
  });
});
