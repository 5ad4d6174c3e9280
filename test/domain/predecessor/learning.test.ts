import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";
import { Learning } from "../../../src/domain/predecessor/learning.ts";
import { Ownership } from "../../../src/domain/predecessor/ownership.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
import { stores } from "../../mariadb.ts";
import { aUser, id } from "../../store/samples.ts";

const hasher = await PasswordHasher.create(2);

describe.each(stores)("learning on $engine", ({ use }) => {
  const test = use();

  it("finds a user by another composition of the name, as a sign-in does", async () => {
    const { store } = test;
    const ownership = new Ownership(store);
    const learning = new Learning({
      store,
      clock: systemClock,
      hasher,
      ownership,
      // Only other facts need them.
      rateLimiter: undefined as never,
      learntKeys: undefined as never,
    });
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
});
