// AuditService over gRPC: what it returns, to whom, and when its stream ends.
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "vitest";
import { AuditOutcome } from "../../gen/identity/v1/audit_pb.ts";
import { newId } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/domain/clock.ts";
import { MINUTE } from "../../src/domain/durations.ts";
import { refusalOf } from "../clients/refusal.ts";
import { clientToken, register } from "../oauth/flow.ts";
import { anEvent } from "../store/samples.ts";
import { useServer } from "../use-server.ts";

const FILLER = "x".repeat(8_000);

describe.each(["sqlite", "mysql"] as const)("AuditService on %s", (engine) => {
  const used = useServer({ engine });
  const start = Date.now() - 10 * MINUTE;
  const events = Array.from({ length: 1_000 }, (_, index) => {
    const at = start + index;
    return anEvent({
      id: newId({ ...systemClock, now: () => at }),
      at,
      userId: "the-user",
      type: index % 2 === 0 ? "user.sign_in" : "user.update",
      succeeded: index % 10 !== 0,
      details: index % 10 === 0 ? { reason: "USER_LOCKED" } : {},
    });
  });
  /** More than a connection holds before its client reads it. */
  const large = Array.from({ length: 1_000 }, (_, index) => {
    const at = start - 1 - index;
    const id = newId({ ...systemClock, now: () => at });
    return anEvent({ id, at, userId: "large", type: "client.update", details: { filler: FILLER } });
  });
  let auditor: Awaited<ReturnType<typeof newAuditor>>;

  async function newAuditor() {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["audit.read"],
    });
    const token = await clientToken(used.url, client);
    return { client, ...used.as(token) };
  }

  beforeAll(async () => {
    await used.server.store.transaction(async (tx) => {
      for (const event of [...events, ...large]) await tx.audit.append(event);
    });
    auditor = await newAuditor();
  });

  test("lists events by every filter, page by page, in both orders", async () => {
    const ids: string[] = [];
    const filter = {
      userId: "the-user",
      type: "user.sign_in",
      outcome: AuditOutcome.SUCCEEDED,
      startTime: timestampFromMs(start + 100),
      endTime: timestampFromMs(start + 900),
    };
    const wanted = events
      .filter(({ type, succeeded }) => type === "user.sign_in" && succeeded)
      .filter(({ at }) => at >= start + 100 && at < start + 900)
      .map(({ id }) => id);
    for (let pageToken = "", pages = 0; pages === 0 || pageToken !== ""; pages++) {
      const page = await auditor.audit.listAuditEvents({ ...filter, pageSize: 100, pageToken });
      ids.push(...page.auditEvents.map(({ id }) => id));
      expect([page.totalSize, page.totalSizeTruncated]).toEqual([wanted.length, false]);
      pageToken = page.nextPageToken;
    }
    expect(ids).toEqual(wanted.toReversed());
    expect(ids).toHaveLength(320);
    const oldest = await auditor.audit.listAuditEvents({
      ...filter,
      orderBy: "create_time",
      pageSize: 1_000,
    });
    expect(oldest.auditEvents.map(({ id }) => id)).toEqual(wanted);
    expect(oldest.nextPageToken).toBe("");
  });

  test("returns an event as it was recorded", async () => {
    const { auditEvents } = await auditor.audit.listAuditEvents({
      userId: "the-user",
      outcome: AuditOutcome.FAILED,
      orderBy: "create_time",
      pageSize: 1,
    });
    const [first] = events;
    expect(auditEvents).toHaveLength(1);
    expect(auditEvents[0]).toMatchObject({
      id: first!.id,
      type: "user.sign_in",
      outcome: AuditOutcome.FAILED,
      userId: "the-user",
      actor: first!.actor,
      address: first!.address,
      details: { reason: "USER_LOCKED" },
    });
    expect(timestampMs(auditEvents[0]!.createTime!)).toBe(first!.at);
  });

  test("refuses an order that it doesn't have", async () => {
    const refused = await auditor.audit
      .listAuditEvents({ orderBy: "type" })
      .catch((error: unknown) => refusalOf(error));
    expect(refused).toMatchObject({ reason: "FIELD_INVALID" });
  });

  test("streams every event that fits", async () => {
    const ids: string[] = [];
    for await (const { auditEvent } of auditor.audit.exportAuditEvents({
      userId: "the-user",
      orderBy: "create_time asc",
    }))
      ids.push(auditEvent!.id);
    expect(ids).toEqual(events.map(({ id }) => id));
  });

  test("ends a stream whose token is revoked on the way", async () => {
    const { client, audit } = await newAuditor();
    const read = async (): Promise<number> => {
      let seen = 0;
      for await (const { auditEvent } of audit.exportAuditEvents({ userId: "large" })) {
        expect(auditEvent).toBeDefined();
        if (++seen === 1) await used.server.store.tokens.deleteOf(client.id);
      }
      return seen;
    };
    const ended = await read().catch((error: unknown) => refusalOf(error));
    expect(ended).toMatchObject({ reason: "TOKEN_INVALID" });
  });

  test("gives a client two streams at a time, and a place again at the end of one", async () => {
    const { audit } = await newAuditor();
    const open = (ending = new AbortController()) => {
      const stream = audit.exportAuditEvents({ userId: "large" }, { signal: ending.signal });
      return { next: () => stream[Symbol.asyncIterator]().next(), end: () => ending.abort() };
    };
    const opened = [open(), open()];
    await Promise.all(opened.map(({ next }) => next()));
    expect(
      refusalOf(
        await open()
          .next()
          .catch((error: unknown) => error),
      ),
    ).toMatchObject({ reason: "RATE_LIMITED" });
    opened[0]?.end();
    const hasPlace = async (): Promise<boolean> => {
      const another = open();
      const isOpen = await another.next().then(
        () => true,
        () => false,
      );
      another.end();
      return isOpen;
    };
    await expect.poll(hasPlace).toBe(true);
    opened[1]?.end();
  });

  test("returns the statistics, for 30 days by default", async () => {
    const { days, numbers, countedUntilTime } = await auditor.audit.getStatistics({});
    expect(days).toHaveLength(30);
    const signIns = days.reduce((sum, day) => sum + day.signIns, 0n);
    const refused = days.reduce((sum, day) => sum + day.refusedSignIns, 0n);
    expect([signIns, refused]).toEqual([400n, 100n]);
    const locked = days
      .flatMap(({ refusals }) => refusals)
      .filter(({ reason }) => reason === "USER_LOCKED")
      .reduce((sum, { refusals }) => sum + refusals, 0n);
    expect(locked).toBe(100n);
    expect(numbers?.clients).toBeGreaterThanOrEqual(2n);
    expect(timestampMs(countedUntilTime!)).toBeGreaterThan(start + 1_000);
    expect((await auditor.audit.getStatistics({ days: 7 })).days).toHaveLength(7);
  });
});
