import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";
import { FormerIdentifiers } from "../../../src/domain/predecessor/former-identifiers.ts";
import { Learning } from "../../../src/domain/predecessor/learning.ts";
import { Ownership } from "../../../src/domain/predecessor/ownership.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
import type { Store } from "../../../src/domain/store.ts";
import { stores } from "../../mariadb.ts";
import { hashToken } from "../../../src/domain/security/tokens.ts";
import { aUser, id } from "../../store/samples.ts";

const hasher = await PasswordHasher.create(2);

function build(store: Store) {
  const former = new FormerIdentifiers(store, Buffer.alloc(32, 1));
  const ownership = new Ownership(store, { clock: systemClock, former });
  const learning = new Learning({
    store,
    clock: systemClock,
    hasher,
    former,
    // Only other facts need them.
    rateLimiter: undefined as never,
    learntKeys: undefined as never,
  });
  return { former, ownership, learning };
}

describe.each(stores)("learning on $engine", ({ use }) => {
  const test = use();

  it("finds a user by another composition of the name, as a sign-in does", async () => {
    const { store } = test;
    const { ownership, learning } = build(store);
    const stored = aUser({ username: `Zoë ${id()}`.normalize("NFC"), passwordHash: "" });
    await store.users.insert(stored);
    const username = stored.username.normalize("NFD");
    const fact = { realm: "main", username, email: "", accId: "", password: "the only one" };
    const learnt = await learning.user("zimoxy", fact);
    expect(learnt?.id).toBe(stored.id);
    const verdict = await hasher.withPlace(ownWork, (place) =>
      place.verify(learnt?.passwordHash, "the only one"),
    );
    expect(verdict.matches).toBe(true);
    expect(await ownership.ofUser("main", { username })).toBe(false);
    await store.origins.delete("user", stored.id);
    expect(await ownership.ofUser("main", { username })).toBe(true);
  });

  it("doesn't open again what another process has seen ended meanwhile", async () => {
    const { store } = test;
    const { learning } = build(store);
    const email = `${id()}@example.com`;
    const end = { realm: "main", email, accId: "a" };
    const at = systemClock.now();
    const token = (text: string) => ({ text: `${text} ${id()}` });
    const fact = { ...end, username: "", password: "right" };
    await learning.learn("kokids", { kind: "deletion", ...end }, at);
    expect(await learning.user("kokids", fact, at - 1)).toBeUndefined();
    expect(await store.users.findByEmail("main", email)).toBeUndefined();
    // A registration after the deletion is another user.
    const [before, after] = [token("before"), token("after")];
    const user = await learning.user("kokids", fact, at + 1);
    expect(user?.email).toBe(email);
    await learning.learn("kokids", { kind: "sign-out", ...end }, at + 10);
    await learning.user("kokids", { ...fact, token: before }, at + 9);
    await learning.user("kokids", { ...fact, token: after }, at + 11);
    expect(await store.sessions.findByToken(hashToken(before.text))).toBeUndefined();
    expect(await store.sessions.findByToken(hashToken(after.text))).toBeDefined();
  });

  it("learns no second user by an address that was left here", async () => {
    const { store } = test;
    const { learning, former, ownership } = build(store);
    const [email, next] = [`${id()}@example.com`, `${id()}@example.com`];
    const username = `ada ${id()}`;
    const fact = { realm: "main", username, email, accId: "", password: "right" };
    const user = await learning.user("secretpair", fact);
    await store.transaction(async (tx) => {
      await former.leave(tx, user!, systemClock.now(), { emailKey: next });
      await tx.users.update(user!.id, { email: { address: next, key: next } }, systemClock.now());
    });
    // The predecessor answers with the old address.
    const again = await learning.user("secretpair", { ...fact, password: "new one" });
    expect(again?.id).toBe(user!.id);
    const unnamed = await learning.user("secretpair", { ...fact, username: "" });
    expect(unnamed).toBeUndefined();
    expect(await store.users.findByEmail("main", email)).toBeUndefined();
    expect(await ownership.ofUser("main", { email })).toBe(true);
    // Only Latchkey can sign the user in by the new address.
    expect(await ownership.ofUser("main", { email: next })).toBe(true);
    // A user who was made here has nothing that another server knows.
    const own = aUser();
    await store.users.insert(own);
    await former.leave(store, own, systemClock.now());
    expect(await former.wasLeft({ realm: "main", email: own.email })).toBe(false);
  });
});
