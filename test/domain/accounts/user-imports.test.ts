// Imports of users: what becomes of every line, in one batch and over many, with a server at work
// beside it.
import { describe, expect, test } from "vitest";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
import type { AuditEvent } from "../../../src/domain/model.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";
import type { Store } from "../../../src/domain/store.ts";
import {
  type ImportPlan,
  type ImportProblem,
  UserImport,
} from "../../../src/domain/accounts/import/user-imports.ts";
import { stores } from "../../mariadb.ts";
import { aUser, id } from "../../store/samples.ts";

const hasher = await PasswordHasher.create(2);
const operator: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "",
  expired: () => false,
};
const HASH = "sha256$salty$6659e5ac8772b578fc5cec9c8f4c29196639318ef46170816b0ef0a9961d6d74";
const plan = (more: Partial<ImportPlan> = {}): ImportPlan => ({
  id: id(),
  realm: "main",
  dryRun: false,
  ...more,
});
const open = (store: Store, given: ImportPlan): Promise<UserImport> =>
  UserImport.open({ store, clock: systemClock, hasher }, given);

/** A report in memory, one character a problem. */
function reporting() {
  let problems: readonly ImportProblem[] = [];
  const report = (after: number, more: readonly ImportProblem[]): Promise<number> => {
    problems = [...problems.slice(0, after), ...more];
    return Promise.resolve(problems.length);
  };
  return {
    report,
    told: () => problems.map(({ line, field, reason }) => `${line} ${field} ${reason}`),
  };
}

const lines = (from: number, ...fields: (Record<string, unknown> | string)[]) =>
  fields.map((each, index) => ({ number: from + index, fields: each }));

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test("a user comes with everything that the line says", async () => {
    const run = await open(kept.store, plan());
    const name = id();
    await run.take(
      lines(
        1,
        {
          id: `old.${name}`,
          username: name,
          email: `${name}@Example.ORG`,
          email_verified: true,
          password_hash: HASH,
          acc_id: "acc-1",
          created_at: "2020-01-31T18:00:00+03:00",
          locked: true,
          lock_reason: "spam",
          developer: true,
        },
        {
          username: "",
          email: `plain-${name}@example.org`,
          email_verified: "0",
          password: "short",
          acc_id: null,
          locked: "false",
          developer: "",
        },
      ),
      reporting().report,
    );
    const { startedAt } = run.progress;
    expect(await kept.store.users.find(`old.${name}`)).toEqual({
      id: `old.${name}`,
      realm: "main",
      username: name,
      email: `${name}@Example.ORG`,
      emailKey: `${name}@example.org`,
      emailVerifiedAt: startedAt,
      accId: "acc-1",
      passwordHash: HASH,
      state: "locked",
      lockReason: "spam",
      lockUntil: undefined,
      developer: true,
      administrator: false,
      epoch: 0,
      createdAt: Date.UTC(2020, 0, 31, 15),
      updatedAt: startedAt,
      deletedAt: undefined,
    });
    const plain = await kept.store.users.findByEmail("main", `plain-${name}@example.org`);
    expect(plain).toMatchObject({
      username: "",
      state: "active",
      developer: false,
      emailVerifiedAt: undefined,
      createdAt: startedAt,
    });
    expect(
      await hasher.withPlace(ownWork, (place) => place.verify(plain!.passwordHash, "short")),
    ).toEqual({ matches: true, stronger: undefined });
  });

  test("a mailbox is imported once, however its address is spelled", async () => {
    const [one, other] = [id(), id()];
    await kept.store.users.insert(
      aUser({
        email: `${other}@xn--bcher-kva.example`,
        emailKey: `${other}@xn--bcher-kva.example`,
      }),
    );
    const { report, told } = reporting();
    const run = await open(kept.store, plan());
    const emails = [
      `${one}@mail.example`,
      `${one}@mａil.example`,
      `${one.toUpperCase()}@ｍａｉｌ.example`,
      `${other}@bücher.example`,
      `${one}@10.0.0.1`,
    ];
    await run.take(lines(1, ...emails.map((email) => ({ email, password_hash: HASH }))), report);
    expect(told()).toEqual([
      "2 email is in a line before too",
      "3 email is in a line before too",
      "4 email is that of a user in the database",
      "5 email is not an e-mail address",
    ]);
    expect(run.progress).toMatchObject({ imported: 1, duplicates: 3, invalid: 1 });
  });

  test("duplicates are found in every batch and by every value; the first has it", async () => {
    const there = aUser();
    await kept.store.users.insert(there);
    const [one, other] = [id(), id()];
    const batches = [
      lines(
        1,
        { email: `${one}@x.org`, username: one, id: `i${one}`, password_hash: HASH },
        { email: `${one.toUpperCase()}@X.org`, password_hash: HASH },
        { email: there.email, password_hash: HASH },
      ),
      lines(
        4,
        { email: `a${one}@x.org`, username: one, password_hash: HASH },
        { email: `b${one}@x.org`, id: `i${one}`, password_hash: HASH },
        { email: `c${one}@x.org`, username: there.username, password_hash: HASH },
        { email: `d${one}@x.org`, id: there.id, password_hash: HASH },
        { email: `${other}@x.org`, username: other, password_hash: HASH },
      ),
    ];
    const told = [
      "2 email is in a line before too",
      "3 email is that of a user in the database",
      "4 username is in a line before too",
      "5 id is in a line before too",
      "6 username is that of a user in the database",
      "7 id is that of a user in the database",
    ];
    for (const dryRun of [true, false]) {
      const run = await open(kept.store, plan({ dryRun }));
      const report = reporting();
      for (const batch of batches) await run.take(batch, report.report);
      expect(report.told()).toEqual(told);
      expect(run.progress).toMatchObject({ lines: 8, imported: 2, duplicates: 6, invalid: 0 });
      expect((await kept.store.users.findByEmail("main", `${other}@x.org`)) === undefined).toBe(
        dryRun,
      );
    }
  });

  test(
    "an import that was cut off goes on after the last batch that was committed, and its " +
      "report too",
    async () => {
      const given = plan();
      const names = Array.from({ length: 6 }, id);
      const batch = (from: number) =>
        lines(from, { email: `${names[from]}@x.org`, password_hash: HASH }, "is broken");
      const report = reporting();
      await (await open(kept.store, given)).take(batch(1), report.report);
      // The report of the second batch was written, its users were not: the disk was full, say.
      const failing: Store = {
        ...kept.store,
        transaction: (work) =>
          kept.store.transaction(async (tx) => (await work(tx), Promise.reject(new Error("full")))),
      };
      await expect((await open(failing, given)).take(batch(3), report.report)).rejects.toThrow(
        "full",
      );
      expect(report.told()).toHaveLength(2);
      const resumed = await open(kept.store, given);
      expect(resumed.progress).toMatchObject({ lines: 2, imported: 1, invalid: 1, reportBytes: 1 });
      await resumed.take(batch(3), report.report);
      expect(report.told()).toEqual(["2  is broken", "4  is broken"]);
      const trail: AuditEvent[] = [];
      const noting: Store = {
        ...kept.store,
        transaction: (work) =>
          kept.store.transaction((tx) =>
            work({
              ...tx,
              audit: {
                ...tx.audit,
                append: (event) => (trail.push(event), tx.audit.append(event)),
              },
            }),
          ),
      };
      await (await open(noting, given)).finish(operator);
      expect(trail).toMatchObject([
        {
          type: "user.import",
          actor: "operator",
          details: {
            realm: "main",
            file: given.id,
            lines: "4",
            imported: "2",
            invalid: "2",
            duplicates: "0",
          },
        },
      ]);
      expect((await open(kept.store, given)).progress.lines).toBe(0);
    },
  );
});

describe("with a server at work beside it", () => {
  const kept = stores[1].use();

  test("a user who registers meanwhile keeps the name; the batch skips that line", async () => {
    const username = id();
    // After the look and before the insert.
    const racing: Store = {
      ...kept.store,
      transaction: (work) =>
        kept.store.transaction((tx) => {
          const taken: typeof tx.userImports.taken = async (...asked) => {
            const answer = await tx.userImports.taken(...asked);
            await kept.store.users.insert(aUser({ username }));
            return answer;
          };
          return work({ ...tx, userImports: { ...tx.userImports, taken } });
        }),
    };
    const run = await open(racing, plan());
    const report = reporting();
    await run.take(
      lines(
        1,
        { email: `${id()}@x.org`, username, password_hash: HASH },
        { email: `${id()}@x.org`, password_hash: HASH },
      ),
      report.report,
    );
    expect(report.told()).toEqual(["1 username is that of a user in the database"]);
    expect(run.progress).toMatchObject({ imported: 1, duplicates: 1 });
  });
});

describe("a wrong field", () => {
  const kept = stores[0].use();

  test.each<[string, Record<string, unknown>]>([
    ["email", { password_hash: HASH }],
    ["email", { email: "nobody", password_hash: HASH }],
    ["email", { email: ["a@b.c"], password_hash: HASH }],
    ["username", { email: "a@b.c", username: "a@b", password_hash: HASH }],
    ["username", { email: "a@b.c", username: "x".repeat(129), password_hash: HASH }],
    ["username", { email: "a@b.c", username: "a\nb", password_hash: HASH }],
    ["password_hash", { email: "a@b.c", password_hash: HASH, password: "secret" }],
    ["password_hash", { email: "a@b.c", password_hash: "5f4dcc3b5aa765d61d8327deb882cf99" }],
    ["password", { email: "a@b.c", password: 12345678 }],
    ["password", { email: "a@b.c", password: "ж".repeat(513) }],
    ["id", { email: "a@b.c", password_hash: HASH, id: "../x" }],
    ["id", { email: "a@b.c", password_hash: HASH, id: "me" }],
    ["created_at", { email: "a@b.c", password_hash: HASH, created_at: "31.01.2020" }],
    ["created_at", { email: "a@b.c", password_hash: HASH, created_at: "9999-01-31" }],
    ["created_at", { email: "a@b.c", password_hash: HASH, created_at: 1_580_000_000 }],
    ["locked", { email: "a@b.c", password_hash: HASH, locked: "yes" }],
    ["locked", { email: "a@b.c", password_hash: HASH, locked: [true] }],
    ["lock_reason", { email: "a@b.c", password_hash: HASH, lock_reason: "spam" }],
    [
      "lock_reason",
      { email: "a@b.c", password_hash: HASH, locked: 1, lock_reason: "x".repeat(501) },
    ],
    ["pasword", { email: "a@b.c", pasword: "secret" }],
    [
      "__proto__",
      JSON.parse('{"email": "a@b.c", "password_hash": "x", "__proto__": {}}') as Record<
        string,
        unknown
      >,
    ],
  ])("%s is named, and what it was is not (%#)", async (field, fields) => {
    const report = reporting();
    const run = await open(kept.store, plan({ dryRun: true }));
    await run.take(lines(7, fields, { email: "a@b.c", password_hash: HASH }), report.report);
    expect(report.told()).toEqual([expect.stringMatching(`^7 ${field} `)]);
    expect(report.told()[0]).not.toMatch(/5f4dcc|secret|12345678|\.\./);
    expect(run.progress).toMatchObject({ imported: 1, invalid: 1, duplicates: 0 });
  });
});
