// What users read of authorization details (RFC 9396), when they are asked, and that no value of a
// client can be anything but text.
import { describe, expect, test } from "vitest";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { agree, redeem, register, type Registered } from "../flow.ts";
import { backWith, consent, requestOf, visit } from "../proofs/browser.ts";
import { aBank, granted, textOf } from "./use-details.ts";

const WORDS = {
  en: ["make a payment", "Actions", "Identifier", "yes", "Data", "Privileges"],
  ru: ["сделать платёж", "Действия", "Идентификатор", "да", "Данные", "Привилегии"],
  zh: ["付款", "操作", "标识符", "是", "数据", "特权"],
} as const;

/** In every language. */
const SHOWN =
  "Payments|Accounts|initiate|status|Merchant A|account-7|retries|3|" +
  "currency|EUR|1.00|2.50|balances|owners|reader";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const browser = async (user: SignedIn, language = "en") => {
    const agent = new Agent(used.url);
    await agent.signIn(user);
    await agent.get(`/account?lang=${language}`);
    return agent;
  };
  const ask = (agent: Agent, client: Registered, more: Record<string, string>) => {
    const { form, verifier } = requestOf({ scope: undefined, ...more });
    return visit(agent, { client_id: client.id, ...form }).then((response) => ({
      response,
      verifier,
    }));
  };

  test.each(["en", "ru", "zh"] as const)("in %s they read every member", async (language) => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agent = await browser(user, language);
    const pay = {
      ...bank.pay,
      identifier: "account-7",
      urgent: true,
      retries: 3,
      amount: { currency: "EUR", parts: [{ value: "1.00" }, { value: "2.50" }] },
    };
    await ask(agent, client, { authorization_details: textOf(pay, bank.read) });
    const words = [...WORDS[language], ...SHOWN.split("|"), bank.read.type];
    let count = 0;
    for (const word of words) {
      expect(agent.page).toContain(word);
      count++;
    }
    expect(count).toBe(22);
    // Nothing else: the details are all that the client gets there.
    expect(agent.page).not.toContain("act on your behalf");
    expect(agent.page).not.toContain("transfers");
    await consent(agent);
    const applications = await agent.get("/account/apps");
    expect([applications.status, agent.page.includes(bank.read.type)]).toEqual([200, true]);
  });

  test("values are text, also if they look like HTML", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agent = await browser(user);
    const attacks = [
      "<script>alert(1)</script>",
      '"><img src=x onerror=alert(1)>',
      "</bdi></li></ul><h1>Harmless</h1>",
      "javascript:alert(1)",
      "&lt;b&gt;",
      "'+alert(1)+'",
    ];
    let count = 0;
    for (const attack of attacks) {
      const pay = {
        ...bank.pay,
        creditor: attack,
        identifier: attack,
        amount: { [attack]: attack, list: [attack, { nested: attack }] },
      };
      await ask(agent, client, { authorization_details: textOf(pay) });
      const escaped = attack
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;");
      expect(agent.page.split(escaped).length - 1).toBe(6);
      expect(agent.page).not.toMatch(/<script>alert|<img src=x|<h1>Harmless/);
      count++;
    }
    expect(count).toBe(6);
  });

  test("they are asked each time, and never with prompt=none", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agent = await browser(user);
    const authorization_details = textOf(bank.pay);
    const none = { authorization_details, prompt: "none" };
    const error = async () => backWith((await ask(agent, client, none)).response)["error"];
    expect(await error()).toBe("consent_required");
    const first = await ask(agent, client, { authorization_details });
    const { code } = backWith(await consent(agent)) as { code: string };
    const { json } = await redeem(used.url, client, {
      code,
      verifier: first.verifier,
      location: new URL(used.url),
    });
    expect(json["authorization_details"]).toEqual(granted(bank).slice(0, 1));
    expect(await error()).toBe("consent_required");
    const again = await ask(agent, client, { authorization_details });
    expect([again.response.status, agent.hidden("decision")]).not.toEqual([200, ""]);
    // What was agreed to in limits is no access without them.
    const wide = { resource: bank.payments.uri, scope: "openid", prompt: "none" };
    expect(backWith((await ask(agent, client, wide)).response)["error"]).toBe("consent_required");
  });

  test("a refusal gives no code", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agent = await browser(user);
    await ask(agent, client, { authorization_details: textOf(bank.pay) });
    expect(backWith(await consent(agent, "refuse"))).toMatchObject({ error: "access_denied" });
    expect((await user.oauth.listGrants({ userId: "me" })).grants).toEqual([]);
  });

  test("a type that changes between page and click is asked about once more", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const agent = await browser(user);
    await ask(agent, client, { authorization_details: textOf(bank.pay) });
    const { payments } = bank;
    const [type] = payments.detailTypes;
    await used.server.store.resources.replace(
      {
        ...payments,
        detailTypes: [{ ...type!, texts: { en: "empty the account", ru: "", zh: "" } }],
        updatedAt: payments.updatedAt + 1,
      },
      payments.updatedAt,
    );
    const answer = await consent(agent);
    expect(answer.status).toBe(200);
    expect(agent.page).toContain("or its request has changed");
    expect(agent.page).toContain("empty the account");
  });

  test("a consent to a scope besides is remembered with its resource", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const bank = await aBank(used);
    const authorizationDetails = textOf(bank.pay);
    await agree(user, client, { authorizationDetails, scope: "transfers" });
    const { grants } = await user.oauth.listGrants({ userId: "me" });
    const { uri } = bank.payments;
    expect(grants[0]?.scopes).toEqual([
      uri,
      `${uri} transfers`,
      `${uri} authorization_details ${bank.pay.type}`,
    ]);
  });
});
