// How many requests a network may push for clients that any caller can pretend to be: each is kept
// for a day.
import { expect, test } from "vitest";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { useServer } from "../../use-server.ts";
import { register, send } from "../flow.ts";
import { requestOf } from "./browser.ts";

const LIMIT = 600;

const clock = movableClock();
const used = useServer({ clock });

test("public clients push 600 requests in 10 minutes, and other clients more", async () => {
  const clients = [
    await register(used.administrator, { public: true }),
    await register(used.administrator, { public: true }),
  ];
  const confidential = await register(used.administrator);
  const push = async (client = clients[0]!, change = {}): Promise<number> =>
    (await send(`${used.url}/oauth2/par`, { form: requestOf(change).form, client })).status;
  // A request that is refused keeps nothing.
  for (let tries = 0; tries < 5; tries++)
    expect(await push(clients[0], { response_type: "token" })).toBe(400);
  let kept = 0;
  for (let pushed = 0; pushed < LIMIT; pushed += 20) {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => push(clients[index % 2])),
    );
    kept += statuses.filter((status) => status === 201).length;
  }
  expect(kept).toBe(LIMIT);
  expect([await push(), await push(clients[1]), await push(confidential)]).toEqual([429, 429, 201]);
  clock.pass(10 * MINUTE);
  expect(await push()).toBe(201);
});
