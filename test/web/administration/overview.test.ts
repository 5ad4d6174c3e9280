// The first page, and the audit trail as a table and as CSV: they show what the RPC returns.
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "vitest";
import { AuditOutcome, type ListAuditEventsRequest } from "../../../gen/identity/v1/audit_pb.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { MINUTE } from "../../../src/domain/durations.ts";
import { newId } from "../../../src/domain/ids.ts";
import { clientToken, register } from "../../oauth/flow.ts";
import { anEvent } from "../../store/samples.ts";
import { type Api, useServer } from "../../use-server.ts";
import type { Agent } from "../agent.ts";
import { administrationPages } from "./administration-pages.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const { signedIn, administrate } = administrationPages(used, systemClock);
  const start = Math.floor((Date.now() - 20 * MINUTE) / MINUTE) * MINUTE;
  const events = Array.from({ length: 180 }, (_, index) => {
    const at = start + index * 1_000;
    return anEvent({
      id: newId({ ...systemClock, now: () => at }),
      at,
      type: index % 2 === 0 ? "user.sign_in" : "user.update",
      succeeded: index % 6 !== 0,
      userId: index % 3 === 0 ? "user-a" : "user-b",
      clientId: index % 5 === 0 ? "client-a" : undefined,
      actor: index % 4 === 0 ? "operator" : "anonymous",
      details: index % 6 === 0 ? { reason: "USER_LOCKED" } : { note: '=1+1, "quoted"' },
    });
  });
  let admin: Agent;
  let api: Api;

  beforeAll(async () => {
    const administrator = await used.signUp();
    await administrate(administrator);
    admin = await signedIn(administrator);
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["audit.read"],
    });
    api = used.as(await clientToken(used.url, client));
    await used.server.store.transaction(async (tx) => {
      for (const event of events) await tx.audit.append(event);
    });
  });

  const local = (at: number): string => new Date(at).toISOString().slice(0, 16);
  /** The same filter as a page and as an RPC have it. */
  const FILTERS: readonly (readonly [
    query: Record<string, string>,
    request: Partial<Omit<ListAuditEventsRequest, "$typeName">>,
  ])[] = [
    [{ user: "user-a" }, { userId: "user-a" }],
    [{ client: "client-a" }, { clientId: "client-a" }],
    [{ actor: "operator" }, { actor: "operator" }],
    [
      { type: "user.update", user: "user-b" },
      { type: "user.update", userId: "user-b" },
    ],
    [
      { outcome: "failed", user: "user-a" },
      { outcome: AuditOutcome.FAILED, userId: "user-a" },
    ],
    [
      { outcome: "succeeded", client: "client-a", order: "create_time" },
      { outcome: AuditOutcome.SUCCEEDED, clientId: "client-a", orderBy: "create_time" },
    ],
    [
      { from: local(start + MINUTE), until: local(start + 2 * MINUTE), user: "user-b" },
      {
        startTime: timestampFromMs(start + MINUTE),
        endTime: timestampFromMs(start + 2 * MINUTE),
        userId: "user-b",
      },
    ],
    [
      { user: "user-b", client: "client-a", actor: "operator", type: "user.sign_in" },
      { userId: "user-b", clientId: "client-a", actor: "operator", type: "user.sign_in" },
    ],
    [{ user: "nobody" }, { userId: "nobody" }],
  ];

  /** The times of all events that the page lists, page by page, and the totals that it shows. */
  async function listed(query: Record<string, string>) {
    const times: string[] = [];
    let path = `/administration/audit?${new URLSearchParams(query)}`;
    for (;;) {
      expect((await admin.get(path)).status).toBe(200);
      const table = /<tbody>[^]*<\/tbody>/.exec(admin.page)?.[0] ?? "";
      times.push(...[...table.matchAll(/<time datetime="([^"]+)"/g)].map(([, time]) => time!));
      const next = /href="([^"]+)" rel="next"/.exec(admin.page)?.[1];
      if (next === undefined) break;
      path = next.replaceAll("&amp;", "&");
    }
    const total = /role="status">\s*([^<]*?)\s*</.exec(admin.page)?.[1];
    return { times, total };
  }

  /** The lines of the CSV file: the type and the id of each event. */
  async function downloaded(query: Record<string, string>): Promise<string[]> {
    const response = await admin.get(`/administration/audit/csv?${new URLSearchParams(query)}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [head, ...lines] = admin.page.trimEnd().split("\r\n");
    expect(head?.replace("\uFEFF", "")).toBe(
      "id,create_time,type,outcome,actor,user_id,client_id,address,details",
    );
    return lines.map((line) => line.slice(0, line.indexOf(",")));
  }

  test("the page, the CSV file, the list and the export have the same events", async () => {
    let compared = 0;
    for (const [query, request] of FILTERS) {
      const all = await api.audit.listAuditEvents({ ...request, pageSize: 1_000 });
      const ids = all.auditEvents.map(({ id }) => id);
      const exported: string[] = [];
      for await (const { auditEvent } of api.audit.exportAuditEvents({
        orderBy: request.orderBy ?? "",
        userId: request.userId ?? "",
        clientId: request.clientId ?? "",
        actor: request.actor ?? "",
        type: request.type ?? "",
        outcome: request.outcome ?? AuditOutcome.UNSPECIFIED,
        ...(request.startTime && { startTime: request.startTime }),
        ...(request.endTime && { endTime: request.endTime }),
      }))
        exported.push(auditEvent!.id);
      expect(exported).toEqual(ids);
      expect(await downloaded(query)).toEqual(ids);
      const { times, total } = await listed(query);
      expect(times).toEqual(
        all.auditEvents.map(({ createTime }) => new Date(timestampMs(createTime!)).toISOString()),
      );
      expect(total).toBe(ids.length === 0 ? "Nothing found." : `${all.totalSize} found`);
      compared += ids.length;
    }
    expect(compared).toBeGreaterThan(300);
  });

  test("a CSV file has the details as JSON, and no formula", async () => {
    await admin.get("/administration/audit/csv?user=user-b&order=create_time");
    const [, first] = admin.page.split("\r\n");
    const [event] = events.filter(({ userId }) => userId === "user-b");
    expect(first).toBe(
      [
        event!.id,
        new Date(event!.at).toISOString(),
        event!.type,
        "succeeded",
        event!.actor,
        "user-b",
        "",
        event!.address,
        `"${JSON.stringify(event!.details).replaceAll('"', '""')}"`,
      ].join(","),
    );
  });

  test("the first page shows the numbers that the RPC returns", async () => {
    for (const days of [7, 30, 90]) {
      const answer = await api.audit.getStatistics({ days });
      await admin.get(`/administration?days=${days}`);
      const tables = [...admin.page.matchAll(/<tbody>[^]*?<\/tbody>/g)].map(([body]) =>
        [...body.matchAll(/<tr>[^]*?<\/tr>/g)].map(([row]) =>
          [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) => cell!.trim()),
        ),
      );
      const [signIns, registrations, refusals, sessions] = tables;
      const label = (day: (typeof answer.days)[number]): string =>
        new Date(timestampMs(day.startTime!)).toISOString().slice(5, 10);
      expect(signIns).toEqual(
        answer.days.map((day) => [label(day), `${day.signIns}`, `${day.refusedSignIns}`]),
      );
      expect(registrations).toEqual(
        answer.days.map((day) => [
          label(day),
          `${day.registrations}`,
          `${day.refusedRegistrations}`,
        ]),
      );
      expect(refusals).toEqual(
        answer.days.map((day) => [
          label(day),
          ...day.refusals.map(({ refusals: many }) => `${many}`),
        ]),
      );
      expect(sessions).toEqual(
        answer.numbers!.sessions.map((each) => [
          each.api === "browser" ? "Pages" : each.api,
          `${each.sessions}`,
        ]),
      );
      expect(signIns).toHaveLength(days);
      const figures = [...admin.page.matchAll(/<dd>([^]*?)<\/dd>/g)].map(([, value]) =>
        Number(value!.replaceAll(/<[^>]*>|\D/g, "")),
      );
      const { numbers } = answer;
      expect(figures.slice(0, 4)).toEqual(
        [numbers!.activeUsers, numbers!.lockedUsers, numbers!.deletedUsers, numbers!.clients].map(
          Number,
        ),
      );
      expect(figures[5]).toBe(answer.waitingApiRequests);
    }
    const refused = (await api.audit.getStatistics({})).days.reduce(
      (sum, day) => sum + day.refusedSignIns,
      0n,
    );
    expect(refused).toBe(30n);
  });

  test("an old address of the search for users leads to it", async () => {
    const response = await admin.get("/administration?by=username&text=ada&lang=en");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(
      "/administration/users?by=username&text=ada&lang=en",
    );
  });

  test("a search that stops early says where, and goes on", async () => {
    const at = start - 60 * MINUTE;
    const many = Array.from({ length: 10_200 }, (_, index) =>
      anEvent({
        id: newId({ ...systemClock, now: () => at + index }),
        at: at + index,
        userId: "busy",
        type: index % 2 === 0 ? "user.update" : "session.revoke",
        actor: index % 2 === 0 ? "user:busy" : "client:busy",
      }),
    );
    await used.server.store.transaction(async (tx) => {
      for (const event of many) await tx.audit.append(event);
    });
    const query = { user: "busy", type: "user.update", actor: "client:busy" };
    await admin.get(`/administration/audit?${new URLSearchParams(query)}`);
    expect(admin.page).toContain("Few events match, so the search stopped at");
    expect(admin.page).toContain('rel="next"');
    expect((await listed(query)).times).toEqual([]);
    expect(await downloaded(query)).toEqual([]);
    const page = await api.audit.listAuditEvents({
      userId: "busy",
      type: "user.update",
      actor: "client:busy",
    });
    expect(page.auditEvents).toEqual([]);
    expect(page.totalSizeTruncated).toBe(true);
    expect(page.nextPageToken).not.toBe("");
    expect(timestampMs(page.searchedUntilTime!)).toBeGreaterThanOrEqual(at);
  });
});
