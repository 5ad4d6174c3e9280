// The move from another server by RPC: the same as on the pages of the administration, for clients
// that have the scope.
import { describe, expect, test } from "vitest";
import { clientToken, register } from "../../oauth/flow.ts";
import { aUser } from "../../store/samples.ts";
import { stores } from "../../mariadb.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";

const DAY = 86_400_000;

/** The acts by what they need, with their addresses in REST. */
const ACTS = {
  ListPredecessors: { scope: "predecessors.read", rest: ["GET", "/v1/predecessors"] },
  GetPredecessorReport: {
    scope: "predecessors.read",
    rest: ["GET", "/v1/predecessors/kokids/report"],
    request: { api: "kokids" },
  },
  DiscardLearnt: {
    scope: "predecessors.write",
    rest: ["POST", "/v1/predecessors/kokids:discardLearnt"],
    request: { api: "kokids" },
  },
  ListStateImports: { scope: "predecessors.read", rest: ["GET", "/v1/stateImports"] },
  ListOrigins: {
    scope: "predecessors.read",
    rest: ["GET", "/v1/origins?source=learned:kokids&kind=user"],
    request: { source: "learned:kokids", kind: "user" },
  },
} as const;

describe.each(stores)("on $engine", ({ engine }) => {
  const used = useServer({ engine, environment: { KOKIDS_PREDECESSOR: "http://127.0.0.1:9" } });

  const call = async (act: string, request: object, token?: string) => {
    const response = await fetch(`${used.url}/identity.v1.PredecessorService/${act}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };

  const tokenWith = async (...scopes: string[]): Promise<string> =>
    clientToken(
      used.url,
      await register(used.administrator, { grantTypes: ["client_credentials"], scopes }),
    );

  const administratorsBrowser = async (): Promise<Agent> => {
    const user = await used.signUp();
    await used.server.store.users.setAdministrator(user.id, true, 0);
    const agent = new Agent(used.url);
    await agent.signIn(user);
    return agent;
  };

  /** Notes a user as learnt whom nothing has changed since. */
  const learn = async (): Promise<string> => {
    const user = aUser({ epoch: 0 });
    await used.server.store.users.insert(user);
    await used.server.store.origins.insert([
      { kind: "user", ref: user.id, source: "learned:kokids", at: user.updatedAt, mark: "" },
    ]);
    return user.id;
  };

  test("each call needs its scope, over Connect and REST", async () => {
    const tokens = {
      none: undefined,
      user: (await used.signUp()).token,
      other: await tokenWith("users.read", "clients.write"),
      "predecessors.read": await tokenWith("predecessors.read"),
      "predecessors.write": await tokenWith("predecessors.write"),
      admin: await tokenWith("admin"),
    };
    const refused = { none: 401, user: 403, other: 403 } as const;
    let cases = 0;
    for (const [act, { scope, rest, ...more }] of Object.entries(ACTS))
      for (const [who, token] of Object.entries(tokens)) {
        const mayDo = who === "admin" || who === scope;
        const expected = mayDo ? 200 : who in refused ? refused[who as keyof typeof refused] : 403;
        const request = "request" in more ? more.request : {};
        expect([act, who, (await call(act, request, token)).status]).toEqual([act, who, expected]);
        const [method, path] = rest;
        const response = await fetch(used.url + path, {
          method,
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        });
        expect([act, who, response.status]).toEqual([act, who, expected]);
        cases++;
      }
    expect(cases).toBe(30);
  });

  test("a report has what the page has", async () => {
    const day = Math.floor(Date.now() / DAY) * DAY;
    const route = { api: "kokids", day, stage: "mirror", route: "POST /user/login" } as const;
    const difference = {
      api: "kokids",
      route: "POST /user/login",
      field: "message",
      ours: "text of 16 characters",
      theirs: "text of 2 characters",
      example: '"Xxxxx" ≠ "xx"',
      calls: 3,
      firstAt: day,
      lastAt: day,
    };
    await used.server.store.transaction((tx) =>
      tx.observations.add({
        asks: [],
        calls: [
          { ...route, outcome: "volatile", calls: 700 },
          { ...route, outcome: "different", calls: 3 },
        ],
        latencies: [{ api: "kokids", day, side: "predecessor", mostMs: 25, calls: 700 }],
        differences: [difference],
      }),
    );
    const token = await tokenWith("predecessors.read");
    const { json } = await call("GetPredecessorReport", { api: "kokids" }, token);
    const outcomes = { volatile: "700", different: "3" };
    expect(json).toMatchObject({
      summary: { api: "kokids", stage: "PREDECESSOR_STAGE_OWN", percent: 100 },
      recent: outcomes,
      circuit: expect.stringMatching(/^(closed|unknown)$/),
      predecessorLatency: { p50Ms: 25, p99Ms: 25 },
      routes: [{ route: "POST /user/login", outcomes }],
      days: [{ startTime: new Date(day).toISOString().replace(".000", ""), outcomes }],
      differences: [{ field: "message", count: "3", own: difference.ours }],
    });
    const agent = await administratorsBrowser();
    await agent.get("/administration/predecessor?api=kokids");
    for (const shown of ["<td>700</td>", "Xxxxx", "25 ms"]) expect(agent.page).toContain(shown);
    expect((await call("ListPredecessors", {}, token)).json).toMatchObject({
      predecessors: [{ api: "kokids", stage: "PREDECESSOR_STAGE_OWN", percent: 100 }],
    });
  });

  test("what was learnt is listed and discarded, on the page and by RPC", async () => {
    const [read, write] = [
      await tokenWith("predecessors.read"),
      await tokenWith("predecessors.write"),
    ];
    const discards = {
      page: async () => {
        const agent = await administratorsBrowser();
        await agent.get("/administration/predecessor/discard?api=kokids");
        await agent.post("/administration/predecessor/discard", { api: "kokids" });
      },
      rpc: async () => {
        const { json } = await call("DiscardLearnt", { api: "kokids" }, write);
        expect(json).toEqual({ removed: { user: "1" } });
      },
    };
    for (const discard of Object.values(discards)) {
      const id = await learn();
      const listed = await call("ListOrigins", ACTS.ListOrigins.request, read);
      expect(listed.json).toMatchObject({ origins: [{ userId: id }], counts: { user: "1" } });
      await discard();
      expect(await used.server.store.users.find(id)).toBeUndefined();
      const events = await used.server.store.audit.list({ type: "state.undo" }, { limit: 1 });
      expect(events).toHaveLength(1);
    }
  });

  test("an API without a predecessor is not found, a wrong source or kind is refused", async () => {
    const token = await tokenWith("admin");
    for (const act of ["GetPredecessorReport", "DiscardLearnt"])
      for (const api of ["zimoxy", unique()]) {
        const { status, json } = await call(act, { api }, token);
        expect([status, JSON.stringify(json)]).toEqual([
          404,
          expect.stringContaining("PREDECESSOR_NOT_FOUND"),
        ]);
      }
    for (const request of [
      { source: "elsewhere", kind: "user" },
      { source: "learned:kokids", kind: "secret" },
      { source: "learned:kokids" },
    ])
      expect((await call("ListOrigins", request, token)).status).toBe(400);
  });
});
