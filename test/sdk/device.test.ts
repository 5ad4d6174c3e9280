// The SDK connects a device without a browser, with the server and a user's browser.
import { expect, test } from "vitest";
import { reasonOf } from "../../sdk/src/index.ts";
import { useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { partner } from "./partner.ts";

const used = useServer();
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

/** A user answers on the page. */
async function answer(userCode: string, said: "allow" | "refuse") {
  const [user, agent] = [await used.signUp(), new Agent(used.url)];
  await agent.signIn(user);
  await agent.get("/device");
  await agent.post("/device", { user_code: userCode });
  await agent.post("/device/decide", { decision: agent.hidden("decision"), answer: said });
  return user;
}

test("the device waits until its user agrees", async () => {
  const latchkey = await partner(used, { grantTypes: [DEVICE] });
  const pending = await latchkey.startDevice({ scope: "openid profile" });
  expect(pending.verificationUriComplete).toContain(pending.userCode);
  const waiting = latchkey.finishDevice({ ...pending, interval: 1 });
  const user = await answer(pending.userCode, "allow");
  const tokens = await waiting;
  expect([tokens.identity?.subject, tokens.scopes]).toEqual([user.id, ["openid", "profile"]]);
});

test("a refusal and an abort end the wait", async () => {
  const latchkey = await partner(used, { grantTypes: [DEVICE] });
  const refused = await latchkey.startDevice();
  await answer(refused.userCode, "refuse");
  expect(
    await latchkey.finishDevice({ ...refused, interval: 0 }).then(() => "none", reasonOf),
  ).toBe("AUTHORIZATION_DENIED");
  const pending = await latchkey.startDevice();
  const ended = latchkey.finishDevice(pending, { signal: AbortSignal.timeout(50) });
  await expect(ended).rejects.toThrow();
});
