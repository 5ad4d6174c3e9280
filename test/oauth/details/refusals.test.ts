// Authorization details that are refused (RFC 9396 section 5), in the form of each way: a redirect,
// a body of JSON, a reason of an RPC.
import { describe, expect, test } from "vitest";
import { refusal } from "../../clients/refusal.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { agree, post, register, REDIRECT_URI, send } from "../flow.ts";
import { backWith, requestOf, visit } from "../proofs/browser.ts";
import { aBank, type Bank, textOf } from "./use-details.ts";

const changed =
  (change: Readonly<Record<string, unknown>>) =>
  ({ pay }: Bank): string =>
    textOf({ ...pay, ...change });
/** Objects in each other, so many levels. */
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

const WRONG: Readonly<Record<string, (bank: Bank) => string>> = {
  "no JSON": () => "payment",
  "JSON that ends early": ({ pay }) => textOf(pay).slice(0, -1),
  "an object": ({ pay }) => JSON.stringify(pay),
  "a text": () => '"payment"',
  "a number": () => "1",
  null: () => "null",
  "no detail": () => "[]",
  "a list in the list": ({ pay }) => textOf([pay]),
  "null in the list": () => "[null]",
  "a text in the list": () => '["payment"]',
  "no type": changed({ type: undefined }),
  "an empty type": changed({ type: "" }),
  "a type that is a number": changed({ type: 1 }),
  "an unknown type": changed({ type: "payment" }),
  "the name of a prototype": changed({ type: "__proto__" }),
  "an unknown member": changed({ iban: "DE1" }),
  "a member of another type": changed({ datatypes: ["balances"] }),
  "an unknown action": changed({ actions: ["initiate", "refund"] }),
  "an action twice": changed({ actions: ["initiate", "initiate"] }),
  "an action that is no list": changed({ actions: "initiate" }),
  "an action in a list": changed({ actions: [["initiate"]] }),
  "no action": changed({ actions: [] }),
  "actions left out": changed({ actions: undefined }),
  "a required member left out": changed({ amount: undefined }),
  "a text instead of an object": changed({ amount: "123.50" }),
  "a list instead of an object": changed({ amount: ["123.50"] }),
  "an object instead of a text": changed({ creditor: {} }),
  "a text instead of a number": changed({ retries: "1" }),
  "a number instead of a truth value": changed({ urgent: 1 }),
  "null instead of a text": changed({ creditor: null }),
  "null in an object": changed({ amount: { value: null } }),
  "a number beyond the range": (bank) => changed({ retries: 1 })(bank).replace(":1}", ":1e999}"),
  "a line break in a text": changed({ creditor: "Merchant\nA" }),
  "a text that turns its direction": changed({ creditor: "Merchant \u202eA" }),
  "half of a character": changed({ creditor: "\ud800" }),
  "a text too long": changed({ creditor: "x".repeat(1025) }),
  "a name too long": changed({ amount: { ["x".repeat(65)]: 1 } }),
  "an empty name": changed({ amount: { "": 1 } }),
  "a name of a prototype": (bank) => changed({})(bank).replace('"currency"', '"__proto__"'),
  "values too deep": changed({ amount: nested(5) }),
  "an empty identifier": changed({ identifier: "" }),
  "an identifier too long": changed({ identifier: "x".repeat(257) }),
  "no location": changed({ locations: [] }),
  "a location that is no list": ({ pay, payments }) => textOf({ ...pay, locations: payments.uri }),
  "an unknown location": changed({ locations: ["https://other.example/"] }),
  "the location of another type": ({ pay, accounts }) =>
    textOf({ ...pay, locations: [accounts.uri] }),
  "a location twice": ({ pay, payments: { uri } }) =>
    textOf({ ...pay, locations: [uri, `${uri}/`] }),
  "a detail twice": ({ pay, payments }) =>
    textOf(pay, {
      ...pay,
      amount: { value: "123.50", currency: "EUR" },
      locations: [payments.uri],
    }),
  "more than 20 details": ({ pay }) =>
    textOf(...Array.from({ length: 21 }, (_, retries) => ({ ...pay, retries }))),
  "more than 8192 bytes": ({ pay }) =>
    textOf(
      ...Array.from({ length: 5 }, (_, retries) => ({
        ...pay,
        retries,
        creditor: "Ж".repeat(900),
      })),
    ),
  "one good detail and one bad": ({ pay, read }) => textOf(pay, { ...read, privileges: ["owner"] }),
};

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const CODE = "invalid_authorization_details";

  test("what a type doesn't say is refused in every way", async () => {
    const grantTypes = ["authorization_code", "client_credentials"];
    const client = await register(used.administrator, { grantTypes });
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    await agent.signIn(user);
    const bank = await aBank(used, { machineClients: [client.id] });
    let count = 0;
    for (const [name, make] of Object.entries(WRONG)) {
      const authorization_details = make(bank);
      const { form } = requestOf({ authorization_details });
      const pushed = await send(`${used.url}/oauth2/par`, { form, client });
      expect([name, pushed.status, pushed.json["error"]]).toEqual([name, 400, CODE]);
      const credentials = { grant_type: "client_credentials", authorization_details };
      const token = await post(used.url, "token", credentials, client);
      expect([name, token.status, token.json["error"]]).toEqual([name, 400, CODE]);
      expect(String(token.json["error_description"])).toMatch(/^authorization_details [^"\\]+\.$/);
      const authorizationDetails = authorization_details;
      expect([name, await refusal(agree(user, client, { authorizationDetails }))]).toMatchObject([
        name,
        { reason: "AUTHORIZATION_DETAILS_INVALID", code: "InvalidArgument" },
      ]);
      count++;
      // Longer requests are pushed.
      if (authorization_details.length > 2000) continue;
      const back = await visit(agent, { client_id: client.id, ...form });
      expect([name, backWith(back)["error"]]).toEqual([name, CODE]);
    }
    expect(count).toBe(51);
  });

  test("twice as a parameter is an invalid request", async () => {
    const client = await register(used.administrator);
    const { pay } = await aBank(used);
    const twice = ["authorization_details", textOf(pay)] as [string, string];
    const { form } = requestOf();
    const pairs = [...Object.entries(form), twice, twice];
    expect((await send(`${used.url}/oauth2/par`, { form: pairs, client })).json).toMatchObject({
      error: "invalid_request",
    });
  });

  test("a client whose metadata name types has no others", async () => {
    const bank = await aBank(used);
    const types = [bank.pay.type];
    const { client } = await used.administrator.oauth.createClient({
      client: {
        name: "Limited",
        redirectUris: [REDIRECT_URI],
        scopes: ["profile"],
        settings: { authorizationDetailsTypes: types },
      },
    });
    expect(client?.settings?.authorizationDetailsTypes).toEqual(types);
    const limited = { id: client!.id, secret: "" };
    const user = await used.signUp();
    const ask = (authorizationDetails: string) => agree(user, limited, { authorizationDetails });
    expect((await ask(textOf(bank.pay))).code).not.toBe("");
    expect(await refusal(ask(textOf(bank.pay, bank.read)))).toMatchObject({
      reason: "AUTHORIZATION_DETAILS_INVALID",
    });
    const wrong = Array.from({ length: 21 }, (_, index) => `type-${index}`);
    for (const authorizationDetailsTypes of [wrong, ["two words"], [""]])
      expect(
        await refusal(
          used.administrator.oauth.updateClient({
            client: { id: limited.id, settings: { authorizationDetailsTypes } },
          }),
        ),
      ).toMatchObject({ reason: "FIELD_INVALID" });
  });

  test("a type that several resources have needs a location", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const { detailTypes } = bank.payments;
    const other = (await aBank(used, { detailTypes })).payments;
    expect(
      await refusal(agree(user, client, { authorizationDetails: textOf(bank.pay) })),
    ).toMatchObject({ reason: "AUTHORIZATION_DETAILS_INVALID" });
    for (const locations of [[other.uri], [bank.payments.uri, other.uri]])
      expect(
        (await agree(user, client, { authorizationDetails: textOf({ ...bank.pay, locations }) }))
          .code,
      ).not.toBe("");
  });

  test("this server can't be a resource besides", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const asked = { authorizationDetails: textOf(bank.pay), resource: [used.url] };
    expect(await refusal(agree(user, client, asked))).toMatchObject({ reason: "TARGET_INVALID" });
  });
});
