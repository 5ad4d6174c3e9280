// The pages of a move from another server, as an administrator sees them.
import { describe, expect, test } from "vitest";
import { aUser } from "../../store/samples.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const DAY = 86_400_000;

describe("the pages of a move", () => {
  const used = useServer({ environment: { KOKIDS_PREDECESSOR: "http://127.0.0.1:9" } });
  const administrator = async (): Promise<Agent> => {
    const user = await used.signUp();
    await used.server.store.users.setAdministrator(user.id, true, 0);
    const agent = new Agent(used.url);
    await agent.get("/sign-in");
    await agent.post("/sign-in", { identifier: user.email, password: user.password });
    return agent;
  };

  test("show charts, differences and what is left to do, in three languages", async () => {
    const { store } = used.server;
    const day = Math.floor(Date.now() / DAY) * DAY;
    const call = { api: "kokids", day, stage: "mirror", route: "POST /user/login" } as const;
    await store.transaction((tx) =>
      tx.observations.add({
        asks: [],
        calls: [
          { ...call, outcome: "volatile", calls: 700 },
          { ...call, outcome: "different", calls: 3 },
        ],
        latencies: [{ api: "kokids", day, side: "predecessor", mostMs: 25, calls: 700 }],
        differences: [
          {
            api: "kokids",
            route: "POST /user/login",
            field: "message",
            ours: "text of 16 characters",
            theirs: "text of 2 characters",
            example: '"Xxxxx xxxxxxxxxx" ≠ "xx"',
            calls: 3,
            firstAt: day,
            lastAt: day,
          },
        ],
      }),
    );
    const agent = await administrator();
    expect((await agent.get("/administration/predecessors")).status).toBe(200);
    expect(agent.page).toContain("kokids");
    for (const [language, word] of [
      ["en", "Requests a day"],
      ["ru", "Запросы по дням"],
      ["zh", "每日请求"],
    ] as const) {
      expect(
        (await agent.get(`/administration/predecessor?api=kokids&lang=${language}`)).status,
      ).toBe(200);
      expect(agent.page).toContain(word);
      expect(agent.page.match(/<svg\s/g)).toHaveLength(4);
      expect(agent.page).toContain("<td>700</td>");
      expect(agent.page).toContain("Xxxxx xxxxxxxxxx");
      // The policy of the pages allows no style of an element.
      expect(agent.page).not.toContain("style=");
    }
  });

  test("discard what was learnt, after a question and a recent password", async () => {
    const { store } = used.server;
    const user = await used.signUp();
    const stored = (await store.users.find(user.id))!;
    await store.origins.insert([
      {
        kind: "user",
        ref: user.id,
        source: "learned:kokids",
        at: stored.updatedAt,
        mark: "",
      },
    ]);
    const unused = aUser({ realm: stored.realm, epoch: 0 });
    await store.users.insert(unused);
    const origin = { kind: "user", source: "learned:kokids", mark: "" } as const;
    await store.origins.insert([{ ...origin, ref: unused.id, at: unused.updatedAt }]);
    const agent = await administrator();
    await agent.get("/administration/predecessor?api=kokids");
    expect(agent.page).toContain("Users</a>: 2");
    await agent.get("/administration/predecessor/discard?api=kokids");
    const done = await agent.post("/administration/predecessor/discard", { api: "kokids" });
    expect(done.headers.get("location")).toContain("notice=discarded");
    // The user has signed in here, so the account stays.
    expect(await store.users.find(user.id)).toBeDefined();
    expect(await store.users.find(unused.id)).toBeUndefined();
  });

  test("are there for administrators only, and for APIs that have a predecessor", async () => {
    const user = await used.signUp();
    const agent = new Agent(used.url);
    await agent.get("/sign-in");
    await agent.post("/sign-in", { identifier: user.email, password: user.password });
    for (const path of ["predecessors", "predecessor?api=kokids", "predecessor/discard?api=kokids"])
      expect((await agent.get(`/administration/${path}`)).status).toBe(404);
    const admin = await administrator();
    expect((await admin.get("/administration/predecessor?api=zimoxy")).status).toBe(404);
    expect((await admin.get(`/administration/predecessor?api=${unique()}`)).status).toBe(404);
  });
});
