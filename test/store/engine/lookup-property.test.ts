// Joined look-ups give what single ones give, also while others write. Those of a transaction
// are single.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Aggregates } from "../../../src/domain/store.ts";
import { stores } from "../../mariadb.ts";
import {
  aClient,
  aCode,
  anAccessToken,
  aRefreshToken,
  aSecret,
  aSession,
  aUser,
  NOW,
} from "../samples.ts";

/** What a look-up finds, and a number that every write to it raises. */
interface Found {
  readonly version: number;
  readonly answer: unknown;
}

type Look = (store: Aggregates) => Promise<Found>;

const user = aUser();
const client = aClient();
const secret = aSecret({ clientId: client.id });
const owned = { userId: user.id, clientId: client.id };
const session = aSession({ userId: user.id });
const access = anAccessToken(owned);
const refresh = aRefreshToken(owned);
const code = aCode(owned);

const ofUser = async <Answer>(
  answer: Promise<Answer>,
  epochOf: (found: NonNullable<Answer>) => number | undefined,
): Promise<Found> => {
  const found = await answer;
  return { version: epochOf(found!) ?? -1, answer: found };
};

const LOOKS: Readonly<Record<string, Look>> = {
  "user by id": ({ users }) => ofUser(users.find(user.id), ({ epoch }) => epoch),
  "user by address": ({ users }) =>
    ofUser(users.findByEmail(user.realm, user.emailKey), ({ epoch }) => epoch),
  "user by name": ({ users }) =>
    ofUser(users.findByUsername(user.realm, user.username), ({ epoch }) => epoch),
  "session with user": ({ sessions }) =>
    ofUser(sessions.findByToken(session.tokenHash), (found) => found.user.epoch),
  "access token with user and client": ({ tokens }) =>
    ofUser(tokens.findAccess(access.hash), (found) => found.user?.epoch),
  "refresh token with user and client": ({ tokens }) =>
    ofUser(tokens.findRefreshWithUser(refresh.hash), (found) => found.user?.epoch),
  "refresh token with parties": ({ tokens }) =>
    ofUser(tokens.findRefreshWithParties(refresh.hash), (found) => found.user?.epoch),
  "code with parties": ({ codes }) =>
    ofUser(codes.findWithParties(code.hash), (found) => found.user?.epoch),
  "client with secrets": ({ clients }) =>
    ofUser(clients.findWithSecrets(client.id), (found) => found.client.secretVersion),
  "client by id": ({ clients }) =>
    ofUser(clients.find(client.id), ({ secretVersion }) => secretVersion),
  "client by secret": ({ clients }) =>
    ofUser(clients.findBySecret(secret.hash, NOW), ({ secretVersion }) => secretVersion),
};

describe.each(stores)("joined look-ups on $engine", ({ use }) => {
  const test = use();

  beforeAll(async () => {
    const { store } = test;
    await store.users.insert(user);
    await store.clients.insert(client, secret);
    await store.sessions.insert(session);
    await store.tokens.insertAccess(access);
    await store.tokens.insertRefresh(refresh);
    await store.codes.insert(code);
  });

  const single = (look: Look): Promise<Found> => test.store.transaction(look);

  it("lie between the single ones before and after, in any order with writes", async () => {
    const step = fc.record({
      write: fc.constantFrom("user", "client", "none", "none", "none", "none"),
      look: fc.constantFrom(...Object.keys(LOOKS)),
      after: fc.nat(3),
    });
    let unchanged = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        await Promise.all(
          steps.map(async ({ write, look, after }) => {
            for (let turn = 0; turn < after; turn++) await new Promise(setImmediate);
            if (write === "user") return void (await test.store.users.endAccess(user.id, NOW));
            if (write === "client") {
              const make = (version: number) => aSecret({ clientId: client.id, version });
              await test.store.clients.rotateSecret(client.id, make, NOW + 1);
              return;
            }
            const before = await single(LOOKS[look]!);
            const joined = await LOOKS[look]!(test.store);
            const later = await single(LOOKS[look]!);
            expect(joined.version).toBeGreaterThanOrEqual(before.version);
            expect(joined.version).toBeLessThanOrEqual(later.version);
            if (!isDeepStrictEqual(before.answer, later.answer)) return;
            expect(joined.answer).toEqual(before.answer);
            unchanged++;
          }),
        );
      }),
      { numRuns: 20 },
    );
    expect(unchanged).toBeGreaterThan(10);
  });

  it("are the same for each kind, 16 at once", async () => {
    for (const [name, look] of Object.entries(LOOKS)) {
      const { answer, version } = await single(look);
      expect(version, name).toBeGreaterThan(-1);
      const together = await Promise.all(Array.from({ length: 16 }, () => look(test.store)));
      for (const each of together) expect(each.answer, name).toEqual(answer);
    }
  });
});
