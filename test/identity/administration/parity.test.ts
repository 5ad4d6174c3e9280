// What administrators do to users on the pages, clients do by RPC: both are allowed and refused the
// same things for the same reasons, on every kind of target.
import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf } from "../../clients/refusal.ts";
import { clientToken, register } from "../../oauth/flow.ts";
import { type Api, unique, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { type State, target } from "../administrator-target.ts";
import { MINUTE, movableClock } from "../clock.ts";

/** One act: how the form is sent, and the call. */
interface Act {
  readonly path: string;
  readonly fields?: () => Record<string, string>;
  readonly call: (api: Api, userId: string) => Promise<unknown>;
}

const newEmail = (): string => `${unique()}@example.com`;
const ACTS: Readonly<Record<string, Act>> = {
  edit: {
    path: "edit-user",
    fields: () => ({ email: newEmail() }),
    call: ({ users }, id) => users.updateUser({ user: { id, email: newEmail() } }),
  },
  "verify the address": {
    path: "user/verify-email",
    call: ({ users }, userId) => users.verifyUserEmail({ userId }),
  },
  "verify another address": {
    path: "user/verify-email",
    fields: () => ({ email: "other@example.com" }),
    call: ({ users }, userId) => users.verifyUserEmail({ userId, email: "other@example.com" }),
  },
  "send a reset": {
    path: "user/send-reset",
    call: ({ users }, userId) => users.sendPasswordReset({ userId }),
  },
  delete: { path: "user/delete", call: ({ users }, userId) => users.deleteUser({ userId }) },
  restore: { path: "user/restore", call: ({ users }, userId) => users.restoreUser({ userId }) },
  lock: {
    path: "lock",
    fields: () => ({ reason: "x", hours: "0" }),
    call: ({ users }, userId) => users.lockUser({ userId, reason: "x" }),
  },
  unlock: { path: "user/unlock", call: ({ users }, userId) => users.unlockUser({ userId }) },
  "end access": {
    path: "user/end-access",
    call: ({ users }, userId) => users.endUserAccess({ userId }),
  },
  "forget failures": {
    path: "user/forget-failures",
    call: ({ users }, userId) => users.forgetSignInFailures({ userId }),
  },
};
const TARGETS = ["active", "locked", "deleted", "administrator", "unknown"] as const;
type Target = (typeof TARGETS)[number];

/** Decision 0007: an administrator ends another one's access in an emergency; no client does. */
const EMERGENCY = "end access of administrator";

describe.each(["sqlite", "mysql"] as const)("pages and RPCs on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  let agent: Agent;
  let reader: Api;
  beforeAll(async () => {
    const administrator = await used.signUp();
    await used.server.store.users.setAdministrator(administrator.id, true, clock.now());
    agent = new Agent(used.url);
    await agent.signIn(administrator);
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["users.read"],
    });
    reader = used.as(await clientToken(used.url, client));
  });

  async function idOf(kind: Target): Promise<string> {
    if (kind === "unknown") return unique();
    const state: State = kind === "administrator" ? "active" : kind;
    return (await target(used, state, kind === "administrator")).id;
  }

  /** Returns `done`, or the reason of the refusal. */
  async function onPage({ path, fields }: Act, id: string): Promise<string> {
    await agent.get("/administration");
    const { status, headers } = await agent.post(`/administration/${path}`, { id, ...fields?.() });
    if (status === 404) return "USER_NOT_FOUND";
    const location = headers.get("location") ?? String(status);
    if (location.startsWith("/confirm?")) return "REAUTHENTICATION_REQUIRED";
    const [, notice = location] = /[?&]notice=([\w-]+)$/.exec(location) ?? [];
    return /^[a-z-]+$/.test(notice) ? "done" : notice;
  }

  const byCall = ({ call }: Act, api: Api, id: string): Promise<string> =>
    call(api, id).then(
      () => "done",
      (error: unknown) => refusalOf(error).reason ?? String(error),
    );

  test("agree on every act and target", async () => {
    const outcomes = new Map<string, string>();
    const differences: string[] = [];
    for (const [name, act] of Object.entries(ACTS))
      for (const kind of TARGETS) {
        const page = await onPage(act, await idOf(kind));
        const call = await byCall(act, used.administrator, await idOf(kind));
        outcomes.set(`${name} of ${kind}`, page);
        if (page !== call) differences.push(`${name} of ${kind}: ${page}, ${call}`);
      }
    expect(differences).toEqual([`${EMERGENCY}: done, PERMISSION_DENIED`]);
    expect(outcomes.size).toBe(50);
    const counted = (outcome: string): number =>
      [...outcomes.values()].filter((each) => each === outcome).length;
    expect({
      done: counted("done"),
      denied: counted("PERMISSION_DENIED"),
      unknown: counted("USER_NOT_FOUND"),
      state: counted("USER_STATE_CONFLICT"),
    }).toEqual({ done: 17, denied: 9, unknown: 14, state: 10 });
  });

  test("agree on a new user", async () => {
    const taken = await used.signUp();
    const TRIES = [
      { email: newEmail, username: unique, outcome: 303, reason: "done" },
      { email: () => taken.email, username: unique, outcome: 422, reason: "EMAIL_TAKEN" },
      { email: newEmail, username: () => taken.username, outcome: 422, reason: "USERNAME_TAKEN" },
      { email: () => "no address", username: unique, outcome: 422, reason: "EMAIL_INVALID" },
      { email: newEmail, username: () => "a@b", outcome: 422, reason: "USERNAME_INVALID" },
    ];
    for (const { email, username, outcome, reason } of TRIES) {
      await agent.get("/administration/new-user");
      const given = { email: email(), username: username(), realm: "default" };
      const { status } = await agent.post("/administration/new-user", given);
      const call = used.administrator.users.createUser({
        email: email(),
        username: username(),
        withoutPassword: true,
      });
      const called = await call.then(
        () => "done",
        (error: unknown) => refusalOf(error).reason,
      );
      expect([status, called]).toEqual([outcome, reason]);
    }
    for (const request of [{ withoutPassword: true, password: "correct horse" }, {}])
      await expect(
        used.administrator.users.createUser({ email: newEmail(), ...request }),
      ).rejects.toSatisfy((error) => refusalOf(error).reason === "FIELD_INVALID");
  });

  test("refuse without a recent password, and without the scope", async () => {
    clock.pass(6 * MINUTE);
    let refused = 0;
    for (const [name, act] of Object.entries(ACTS)) {
      const id = await idOf("active");
      const before = await used.server.store.users.find(id);
      expect([name, await onPage(act, id), await byCall(act, reader, id)]).toEqual([
        name,
        "REAUTHENTICATION_REQUIRED",
        "PERMISSION_DENIED",
      ]);
      expect(await used.server.store.users.find(id)).toEqual(before);
      refused++;
    }
    expect(refused).toBe(10);
  });
});
