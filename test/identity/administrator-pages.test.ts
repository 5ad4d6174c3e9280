import { beforeAll, describe, expect, test } from "vitest";
import { unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { record, type State, target } from "./administrator-target.ts";

const used = useServer();

describe("another administrator's page", () => {
  /** What decision 0007 leaves to them: it gives no user anything. */
  const EMERGENCIES = ["end-access", "end-session"];
  let agent: Agent;
  let names: string[];
  beforeAll(async () => {
    const administrator = await used.signUp();
    await used.server.store.users.setAdministrator(administrator.id, true, Date.now());
    agent = new Agent(used.url);
    await agent.signIn(administrator);
    names = [...used.server.pages]
      .filter(([path, takes]) => path.startsWith("/administration/") && takes.includes("POST"))
      .map(([path]) => path.slice("/administration/".length));
  });
  const STATES: Readonly<Record<string, State>> = {
    "user/unlock": "locked",
    "user/restore": "deleted",
  };

  test("ends access in an emergency, and does nothing else", async () => {
    // What is done to applications, to what was learnt or to the appearance touches no
    // administrator's account.
    const touching = names.filter(
      (name) => !/^(?:(?:application|predecessor)\/|new-|appearance|resource)/.test(name),
    );
    expect(touching.length).toBeGreaterThan(10);
    for (const name of touching) {
      for (const administrator of [true, false]) {
        const { id, sessionId, grantId, before } = await target(
          used,
          STATES[name] ?? "active",
          administrator,
        );
        await agent.get(`/administration/user?id=${id}`);
        const response = await agent.post(`/administration/${name}`, {
          id,
          session: sessionId,
          grant: grantId,
          reason: "x",
          hours: "1",
          email: name === "edit-user" ? `${unique()}@example.com` : "",
        });
        expect(response.status, name).toBe(303);
        const isRefused = administrator && !EMERGENCIES.some((each) => name.endsWith(each));
        expect([name, response.headers.get("location")?.includes("PERMISSION_DENIED")]).toEqual([
          name,
          isRefused,
        ]);
        const after = await record(used, { id, sessionId, grantId });
        if (!["user/forget-failures", "user/send-reset"].includes(name))
          expect([name, JSON.stringify(after) === JSON.stringify(before)]).toEqual([
            name,
            isRefused,
          ]);
        await agent.get(response.headers.get("location")!);
        expect(agent.page).toContain(isRefused ? "only by its owner" : 'role="status"');
      }
    }
  });
});
