// Lines of users who are stored already: what counts as unchanged.
import { auditEvent } from "../../../src/domain/audit.ts";
import { describe, expect, test } from "vitest";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
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

  test("a profile comes with its user, and a line with another one differs", async () => {
    const name = id();
    const line = { email: `${name}@x.org`, name: "Ada", phone_number: "+49 30 12345678" };
    const take = async (...given: Record<string, unknown>[]) => {
      const { report, told } = reporting();
      const run = await open(kept.store, plan());
      await run.take(lines(1, ...given), report);
      return { ...run.progress, unchanged: run.unchanged, told: told() };
    };
    await take({ ...line, phone_number_verified: "1", locale: "de-ch" });
    const stored = await kept.store.users.findByEmail("main", line.email);
    expect(stored!.profile).toEqual({
      name: "Ada",
      locale: "de-CH",
      phoneNumber: "+493012345678",
      phoneNumberVerified: true,
    });
    const again = { ...line, locale: "DE-CH", phone_number_verified: false };
    expect(await take(again)).toMatchObject({ unchanged: 1, duplicates: 0 });
    expect(await take({ ...line, locality: "Bern" })).toMatchObject({
      unchanged: 0,
      duplicates: 1,
    });
    expect(
      await take(
        { email: `a${name}@x.org`, picture: "http://x.org/a.png" },
        { email: `b${name}@x.org`, phone_number_verified: true },
      ),
    ).toMatchObject({
      imported: 0,
      invalid: 2,
      told: [
        "1 picture is not an https address such as https://example.com/me.png",
        "2 phone_number_verified is set, but there is no phone number",
      ],
    });
  });

  test("a known user is unchanged, or differs by the first field that differs", async () => {
    const name = id();
    const line = { email: `${name}@x.org`, username: name, password: " right ", acc_id: "7" };
    await (await open(kept.store, plan())).take(lines(1, line), reporting().report);
    const stored = (await kept.store.users.findByEmail("main", line.email))!;
    const given = [
      line,
      { email: line.email.toUpperCase(), password: " right ", email_verified: false },
      { ...line, id: stored.id, created_at: new Date(stored.createdAt).toISOString() },
      { ...line, password: "right" },
      { ...line, acc_id: "8" },
      { ...line, username: id() },
      { ...line, id: id() },
      { ...line, locked: true },
      { ...line, email: `${id()}@x.org` },
      { ...line, password: undefined, password_hash: HASH },
    ];
    for (const dryRun of [true, false]) {
      const problems: ImportProblem[] = [];
      const run = await open(kept.store, plan({ dryRun }));
      await run.take(lines(1, ...given), (_, more) => Promise.resolve(problems.push(...more)));
      expect(run.unchanged).toBe(3);
      expect(run.progress).toMatchObject({ imported: 0, duplicates: 7, invalid: 0 });
      expect(problems.map(({ line: number, differs }) => [number, differs])).toEqual([
        [4, "password"],
        [5, "acc_id"],
        [6, "username"],
        [7, "id"],
        [8, "locked"],
        [9, "email"],
        [10, "password_hash"],
      ]);
      expect(new Set(problems.map(({ reason }) => reason))).toEqual(
        new Set(["is that of a user in the database"]),
      );
    }
    expect(await kept.store.users.find(stored.id)).toEqual(stored);
  });

  test("a user without a password stays without one until it gets its own", async () => {
    const line = { email: `${id()}@x.org` };
    const run = await open(kept.store, plan());
    await run.take(lines(1, line), reporting().report);
    expect(run.progress).toMatchObject({ imported: 1, invalid: 0 });
    const stored = (await kept.store.users.findByEmail("main", line.email))!;
    expect(stored.passwordHash).toBe("");
    for (const password of ["", " ", "right"])
      expect(
        await hasher.withPlace(ownWork, (place) => place.verify(stored.passwordHash, password)),
      ).toEqual({ matches: false, stronger: undefined });
    const unchanged = async (given: object): Promise<number> => {
      const again = await open(kept.store, plan());
      await again.take(lines(1, { ...line, ...given }), reporting().report);
      return again.unchanged;
    };
    expect([await unchanged({}), await unchanged({ password: "right" })]).toEqual([1, 0]);
    await kept.store.users.setPassword(stored.id, HASH, Date.now(), stored.epoch);
    expect([await unchanged({}), await unchanged({ password_hash: HASH })]).toEqual([1, 1]);
  });

  test("a hash that a sign-in replaced differs only after an own password", async () => {
    const [one, other] = [aUser(), aUser()];
    const known = [one, other].map(({ email }) => ({ email, password_hash: HASH }));
    for (const user of [one, other]) await kept.store.users.insert({ ...user, realm: "main" });
    const note = (type: "user.sign_in" | "user.sign_up", userId: string) =>
      kept.store.audit.append(auditEvent(systemClock, operator, type, { userId }));
    await note("user.sign_in", one.id);
    await note("user.sign_in", other.id);
    await note("user.sign_up", other.id);
    const { report, told } = reporting();
    const run = await open(kept.store, plan());
    await run.take(lines(1, ...known), report);
    expect([run.unchanged, told()]).toEqual([1, ["2 email is that of a user in the database"]]);
  });
});
