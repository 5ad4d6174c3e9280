// The queue of logout tokens: each is sent once by one process, tried again, and lost by none.
import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { BackChannelLogout } from "../../../src/domain/oauth/logout/back-channel.ts";
import type { LogoutReport } from "../../../src/domain/oauth/logout/back-channel.ts";
import { Subjects } from "../../../src/domain/oauth/openid/subjects.ts";
import { SigningKeys } from "../../../src/domain/oauth/tokens/signing-keys.ts";
import { OutboundError, type Poster } from "../../../src/domain/outbound.ts";
import type { Store } from "../../../src/domain/store.ts";
import { stores } from "../../mariadb.ts";
import { aClient, aSession, aUser, NOW } from "../../store/samples.ts";

const SECOND = 1000;
const URI = "https://client.example.com/logout";

/** A client that is to learn of the end of a session. */
async function noted(store: Store, settings = { backchannelLogoutUri: URI } as object) {
  const user = aUser({ epoch: 1 });
  const client = aClient({ settings });
  const session = aSession({ userId: user.id, epoch: 1 });
  await store.users.insert(user);
  await store.clients.insert(client, undefined);
  await store.sessions.insert(session);
  const ids = { sessionId: session.id, clientId: client.id };
  await store.sessionClients.note({ ...ids, userId: user.id, createdAt: NOW });
  return { user, client, session };
}

/** Processes that tell clients, and what a client answers to each try. */
function processes(store: Store, answer: (tries: number) => number | OutboundError = () => 200) {
  let now = NOW;
  const clock = { ...systemClock, now: () => now };
  const posted: { uri: string; form: Readonly<Record<string, string>> }[] = [];
  const reports: LogoutReport[] = [];
  const poster: Poster = {
    post: async (uri, form) => {
      posted.push({ uri, form });
      const given = answer(posted.length);
      if (given instanceof OutboundError) throw given;
      return given;
    },
  };
  const signer = new SigningKeys({
    store,
    clock,
    encryptionKey: Buffer.alloc(32, 1),
    rsaBits: 2048,
  });
  const create = (with_ = poster) =>
    new BackChannelLogout({
      store,
      clock,
      issuer: "https://id.example.com",
      signer,
      subjects: new Subjects(Buffer.alloc(32, 2)),
      poster: with_,
    });
  return {
    posted,
    reports,
    create,
    signer,
    tick: (ms: number) => (now += ms),
    run: (logout: BackChannelLogout) => logout.run((facts) => void reports.push(facts)),
  };
}

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test("a live session tells no client, and its end tells each once", async () => {
    const { user, client, session } = await noted(kept.store);
    const { posted, reports, create, signer, tick, run } = processes(kept.store);
    await signer.ensure();
    const both = [create(), create()] as const;
    await Promise.all(both.map(run));
    expect(posted).toHaveLength(0);
    expect(await kept.store.sessions.delete(session.id)).toBe(true);
    await Promise.all([...both, ...both].map(run));
    tick(7_200 * SECOND);
    await Promise.all(both.map(run));
    expect(reports).toEqual([{ clientId: client.id, outcome: "sent", tries: 1, reason: "" }]);
    expect(posted.map(({ uri, form }) => [uri, Object.keys(form)])).toEqual([
      [URI, ["logout_token"]],
    ]);
    const token = posted[0]!.form["logout_token"]!;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "RS256", typ: "logout+jwt" });
    expect(decodeJwt(token)).toEqual({
      iss: "https://id.example.com",
      aud: client.id,
      iat: Math.floor(NOW / 1000),
      exp: Math.floor(NOW / 1000) + 120,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
      sub: user.id,
      sid: new Subjects(Buffer.alloc(32, 2)).sidOf(session.id, client.id),
    });
  });

  test("one user's end of all access tells the clients of ended sessions only", async () => {
    const { user, client, session } = await noted(kept.store);
    const second = aSession({ userId: user.id, epoch: 1 });
    await kept.store.sessions.insert(second);
    const shared = { clientId: client.id, userId: user.id, createdAt: NOW };
    await kept.store.sessionClients.note({ ...shared, sessionId: second.id });
    const { posted, create, signer, run } = processes(kept.store);
    await signer.ensure();
    const logout = create();
    const epoch = await kept.store.users.setPassword(user.id, "hash", NOW, 1);
    await kept.store.sessions.carryOver(second.id, 1, epoch!);
    await run(logout);
    const sids = () => posted.map(({ form }) => decodeJwt(form["logout_token"]!)["sid"]);
    const subjects = new Subjects(Buffer.alloc(32, 2));
    expect(sids()).toEqual([subjects.sidOf(session.id, client.id)]);
    // The client learns of the other one at its own end.
    expect(await kept.store.users.endAccess(user.id, NOW)).toBe(true);
    await run(logout);
    expect(sids().slice(1)).toEqual([subjects.sidOf(second.id, client.id)]);
  });

  test("what ends while a process looks is not forgotten", async () => {
    const { user, session } = await noted(kept.store);
    const { posted, create, signer, run } = processes(kept.store);
    await signer.ensure();
    await kept.store.sessions.deleteAll(user.id, NOW, session.id);
    const due = (await kept.store.sessionClients.due(NOW, 50)).find(
      ({ sessionId }) => sessionId === session.id,
    )!;
    expect(due.isLive).toBe(true);
    await kept.store.sessions.delete(session.id);
    await kept.store.sessionClients.settle(due);
    await run(create());
    expect(posted).toHaveLength(1);
  });

  test("a process that is killed after its claim loses nothing", async () => {
    const { session } = await noted(kept.store);
    const { posted, create, signer, tick, run } = processes(kept.store);
    await signer.ensure();
    await kept.store.sessions.delete(session.id);
    let begun = (): void => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    // It never hears of the answer, as a process that is killed.
    const killed = create({ post: () => (begun(), new Promise<never>(() => undefined)) });
    void run(killed);
    await hasBegun;
    await run(create());
    expect(posted).toHaveLength(0);
    tick(15 * SECOND);
    await run(create());
    expect(posted).toHaveLength(1);
  });

  test("a client that fails is tried for an hour, with a new token each time", async () => {
    const { session, client } = await noted(kept.store);
    const failures = [302, 500, 404, new OutboundError("timeout"), new OutboundError("address")];
    const { posted, reports, create, signer, tick, run } = processes(
      kept.store,
      (tries) => failures[tries - 1] ?? 400,
    );
    await signer.ensure();
    await kept.store.sessions.delete(session.id);
    const times: number[] = [];
    const logout = create();
    for (let second = 0; second < 3 * 3600; second += 5) {
      const before = posted.length;
      await run(logout);
      if (posted.length > before) times.push(second);
      tick(5 * SECOND);
    }
    expect(times).toEqual([0, 15, 45, 105, 225, 465, 945, 1845, 3645]);
    expect(reports.map(({ outcome, tries, reason }) => `${tries} ${outcome} ${reason}`)).toEqual([
      "1 failed 302",
      "2 failed 500",
      "3 failed 404",
      "4 failed timeout",
      "5 failed address",
      "6 failed 400",
      "7 failed 400",
      "8 failed 400",
      "9 given-up 400",
    ]);
    const ids = posted.map(({ form }) => decodeJwt(form["logout_token"]!).jti);
    expect(new Set(ids).size).toBe(9);
    const rest = await kept.store.sessionClients.due(NOW + 1e12, 500);
    expect(rest.filter(({ clientId }) => clientId === client.id)).toEqual([]);
  });

  test("a client without the address, or that is gone or switched off, gets nothing", async () => {
    const made = [await noted(kept.store, {}), await noted(kept.store), await noted(kept.store)];
    const { posted, create, signer, run } = processes(kept.store);
    await signer.ensure();
    await kept.store.clients.delete(made[1]!.client.id);
    await kept.store.clients.setDisabled(made[2]!.client.id, { at: NOW, reason: "abuse" }, NOW);
    for (const { session } of made) await kept.store.sessions.delete(session.id);
    await run(create());
    expect([posted, await kept.store.sessionClients.due(NOW + 1e12, 500)]).toEqual([[], []]);
  });

  test("a hundred at once: two processes send each once", async () => {
    const made = await Promise.all(Array.from({ length: 100 }, () => noted(kept.store)));
    const { posted, create, signer, run } = processes(kept.store);
    await signer.ensure();
    for (const { session } of made) await kept.store.sessions.delete(session.id);
    await Promise.all([run(create()), run(create())]);
    const reached = posted.map(({ form }) => String(decodeJwt(form["logout_token"]!).aud));
    expect(reached.toSorted()).toEqual(made.map(({ client }) => client.id).toSorted());
  });
});
