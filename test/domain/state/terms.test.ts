// What an import makes of the limits of tokens, and of clients that describe themselves.
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { newId } from "../../../src/domain/ids.ts";
import type { LineContext } from "../../../src/domain/state/kinds/kind.ts";
import { KINDS } from "../../../src/domain/state/kinds/kinds.ts";
import { readTerms, termsLine } from "../../../src/domain/state/kinds/terms.ts";
import { StateFields } from "../../../src/domain/state/fields.ts";
import { References } from "../../../src/domain/state/references.ts";
import type { Brought } from "../../../src/domain/state/kinds/kind.ts";
import { rowsOf } from "../../../src/domain/state/rows.ts";
import type { Terms } from "../../../src/domain/oauth/terms.ts";
import { DAY } from "../../../src/domain/durations.ts";
import { stores } from "../../mariadb.ts";
import { aClient, aUser } from "../../store/samples.ts";

const read = (terms: unknown) => readTerms(new StateFields({ terms }, ["terms"]));

it("reads every term as it was written, and no more", () => {
  const terms: Terms = {
    sessionId: newId(systemClock),
    authTime: 1_700_000_000_250,
    amr: ["pwd"],
    claims: { userinfo: { locale: null }, id_token: { acr: { essential: true, values: ["1"] } } },
    audience: ["https://api.example/"],
    authorizationDetails: [{ type: "pay", locations: ["https://api.example/"], to: { iban: "x" } }],
    dpopJkt: "k".repeat(43),
    subject: "of-a-sector",
  };
  const line = JSON.parse(JSON.stringify(termsLine(terms))) as { terms: object };
  expect(Object.keys(line.terms)).toHaveLength(8);
  expect(read(line.terms)).toEqual(terms);
  expect(termsLine({ nonce: "n", dpopJkt: undefined })).toEqual({});
  expect([read(undefined), read({})]).toEqual([undefined, {}]);
});

describe.each(stores)("an import on $engine", ({ use }) => {
  const test = use();

  it("lets a client that describes itself expire, and no other one", async () => {
    const { store } = test;
    const [now, unusedClientMs] = [systemClock.now(), 5 * DAY];
    const context = {
      store,
      clock: systemClock,
      now,
      realm: "main",
      references: new References(store, "main"),
      rules: {
        apis: [],
        loopback: true,
        realms: { admits: () => true },
      } as unknown as LineContext["rules"],
      unusedClientMs,
    } as unknown as LineContext;
    const owner = aUser({ realm: "main" });
    await store.users.insert(owner);
    const [described, owned, plain] = [
      `https://app.example/${newId(systemClock)}.json`,
      `https://app.example/${newId(systemClock)}/owned`,
      aClient().id,
    ];
    const lines = [
      { client_id: described },
      { client_id: owned, owner: owner.id },
      { client_id: plain },
    ];
    const brought = await Promise.all(
      lines.map((line) => {
        const kind = KINDS.get("client")!;
        const redirects = ["https://app.example/cb"];
        const fields = { ...line, type: "public", redirect_uris: redirects, scopes: ["profile"] };
        return kind.read(new StateFields(fields, kind.fields), context, fields);
      }),
    );
    await store.transaction((tx) => tx.state.insert(rowsOf(brought as Brought[])));
    const left = async (at: number) => {
      await store.clients.purgeUnused({ now: at, usedBefore: at }, 100);
      const found = await Promise.all(
        [described, owned, plain].map((id) => store.clients.find(id)),
      );
      return found.map((client) => client !== undefined);
    };
    expect(await left(now + unusedClientMs - 1)).toEqual([true, true, true]);
    expect(await left(now + unusedClientMs)).toEqual([false, true, true]);
  });
});
