// Fewer authorization details at the token endpoint (RFC 9396 section 6), what ends them, and a
// code with details that 20 requests redeem at once.
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { agree, type Agreed, post, redeem, refresh, register, type Registered } from "../flow.ts";
import { aBank, type Bank, type Detail, granted, textOf } from "./use-details.ts";

describe.each(["sqlite", "mysql"] as const)("authorization details on %s", (engine) => {
  const used = useServer({ engine });
  const given = async (...details: ("pay" | "read")[]) => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agreed = await agree(user, client, {
      authorizationDetails: textOf(...details.map((name) => bank[name])),
    });
    return { user, client, bank, agreed };
  };
  const exchange = (client: Registered, agreed: Agreed, ...details: unknown[]) =>
    redeem(used.url, client, agreed, { authorization_details: textOf(...details) });
  const introspect = async (client: Registered, text: unknown) =>
    (await post(used.url, "introspect", { token: String(text) }, client)).json;

  const MORE: Readonly<Record<string, (bank: Bank) => readonly unknown[]>> = {
    "another action": ({ pay }) => [{ ...pay, actions: ["initiate", "cancel"] }],
    "another value": ({ pay }) => [{ ...pay, amount: { currency: "EUR", value: "123.51" } }],
    "another member of an object": ({ pay }) => [
      { ...pay, amount: { currency: "EUR", value: "123.50", tip: "1" } },
    ],
    "one member more": ({ pay }) => [{ ...pay, urgent: true }],
    "a list without its limit": ({ pay }) => [{ ...pay, actions: undefined }],
    "a type that was not agreed to": ({ read }) => [read],
    "one detail more": ({ pay, read }) => [pay, read],
    "the same with another kind": ({ pay }) => [{ ...pay, creditor: ["Merchant A"] }],
    "an unknown type": () => [{ type: "unknown" }],
    "no detail": () => [],
  };

  test("more than was agreed to is refused, and code and token still work", async () => {
    const { client, bank, agreed } = await given("pay");
    const refused = { status: 400, json: { error: "invalid_authorization_details" } };
    let count = 0;
    for (const [name, more] of Object.entries(MORE)) {
      expect([name, await exchange(client, agreed, ...more(bank))]).toMatchObject([name, refused]);
      count++;
    }
    const { json } = await redeem(used.url, client, agreed);
    for (const [name, more] of Object.entries(MORE)) {
      const authorization_details = textOf(...more(bank));
      const answer = await refresh(used.url, client, json["refresh_token"], {
        authorization_details,
      });
      expect([name, answer]).toMatchObject([name, refused]);
      count++;
    }
    expect(count).toBe(20);
    expect((await refresh(used.url, client, json["refresh_token"])).status).toBe(200);
  });

  test("a code that was agreed to without details gets none", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agreed = await agree(user, client, { resource: [bank.payments.uri] });
    expect((await exchange(client, agreed, bank.pay)).json).toMatchObject({
      error: "invalid_authorization_details",
    });
  });

  test("fewer hold for one access token, and the family keeps the rest", async () => {
    const { client, bank, agreed } = await given("pay", "read");
    const [pay, read] = granted(bank);
    const less: Detail = { ...bank.pay, actions: ["status"], locations: [bank.payments.uri] };
    const first = await exchange(client, agreed, less);
    expect(first.json["authorization_details"]).toEqual([less]);
    // Without its details, the other resource would have a token without limits.
    expect(await introspect(client, first.json["access_token"])).toMatchObject({
      audience: [bank.payments.uri],
      authorization_details: [less],
    });
    const all = await refresh(used.url, client, first.json["refresh_token"]);
    expect(all.json["authorization_details"]).toEqual([pay, read]);
    const one = await refresh(used.url, client, all.json["refresh_token"], {
      resource: bank.accounts.uri,
    });
    expect(one.json["authorization_details"]).toEqual([read]);
    expect(await introspect(client, one.json["access_token"])).toMatchObject({
      audience: [bank.accounts.uri],
      authorization_details: [read],
    });
    // In another order and with other spaces it is the same.
    const reordered = { amount: { value: "123.50", currency: "EUR" }, ...bank.pay };
    const same = await refresh(used.url, client, one.json["refresh_token"], {
      authorization_details: JSON.stringify([reordered], undefined, 1),
    });
    expect(same.json["authorization_details"]).toEqual([pay]);
  });

  test("the server of a resource sees its own only", async () => {
    const server = await register(used.administrator);
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const [mine, other] = [await aBank(used, { introspectors: [server.id] }), await aBank(used)];
    const details = textOf(mine.pay, other.pay);
    const agreed = await agree(user, client, { authorizationDetails: details });
    const { json } = await redeem(used.url, client, agreed);
    const [pay] = granted(mine);
    expect(await introspect(server, json["access_token"])).toMatchObject({
      audience: [mine.payments.uri],
      authorization_details: [pay],
    });
    expect(JSON.stringify(await introspect(server, json["access_token"]))).not.toContain(
      other.payments.uri,
    );
  });

  test("a type that a resource loses ends in all tokens at once", async () => {
    const { client, bank, agreed } = await given("pay", "read");
    const [, read] = granted(bank);
    const { json } = await redeem(used.url, client, agreed);
    const { payments, accounts } = bank;
    const lose = (resource: typeof payments) =>
      used.server.store.resources.replace(
        { ...resource, detailTypes: [], updatedAt: resource.updatedAt + 1 },
        resource.updatedAt,
      );
    await lose(payments);
    expect(await introspect(client, json["access_token"])).toMatchObject({
      audience: [accounts.uri],
      authorization_details: [read],
    });
    const next = await refresh(used.url, client, json["refresh_token"]);
    expect(next.json["authorization_details"]).toEqual([read]);
    await lose(accounts);
    expect(await introspect(client, json["access_token"])).toEqual({ active: false });
    expect(await introspect(client, next.json["access_token"])).toEqual({ active: false });
    expect((await refresh(used.url, client, next.json["refresh_token"])).json).toMatchObject({
      error: "invalid_authorization_details",
    });
  });

  test("one of 20 redemptions at once gets the details", async () => {
    const { client, bank, agreed } = await given("pay", "read");
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? redeem(used.url, client, agreed)
          : exchange(client, agreed, bank.pay, bank.read),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won.map(({ json }) => json["authorization_details"])).toEqual([granted(bank)]);
    const lost = answers.filter(({ json }) => json["error"] === "invalid_grant");
    expect(lost).toHaveLength(19);
  });
});
