// The same clients on Latchkey alone, which is where a move ends: two processes, one of which is
// killed under load, on both stores.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTimeout as delay } from "node:timers/promises";
import { createRestTransport } from "../clients/rest.ts";
import { clientToken, register } from "../oauth/flow.ts";
import {
  API_NAMES,
  type ApiName,
  type Belongings,
  DJANGO_SECRET,
  PARTNER,
  personOf,
} from "../predecessors/people.ts";
import { apiOf } from "../use-server.ts";
import { Address } from "./address.ts";
import { Crowd, type Urls } from "./crowd.ts";
import { Fleet } from "./fleet.ts";
import { FormClient } from "./form-client.ts";
import { Witness } from "./witness.ts";

const ACTIVE = 2;
const EPISODES = 2;
const MOST_KILLS = 5;
const SETTINGS = {
  LOG_LEVEL: "info",
  SECRETPAIR_LEGACY_JWT_SECRET: DJANGO_SECRET,
  SECRETPAIR_JWT_ALG: "HS256",
};
const DEVICE = { Bundle: "com.example.hair", OSInt: "1", GAID: "d" };

/** Registers the users by the documented calls, and what an administrator gives them. */
async function settle(url: string, fleet: Fleet): Promise<Belongings> {
  const client = await fleet.administrator();
  const administrator = apiOf(createRestTransport(url), await clientToken(url, client));
  const partner = await register(administrator, { apis: ["zimoxy"] });
  const bot = await register(administrator, {
    apis: ["senler"],
    redirectUris: [PARTNER.redirectUri],
  });
  const witness = new Witness();
  const forms = new FormClient(url, witness);
  const groups: string[] = [];
  for (let index = 0; index < ACTIVE; index++) {
    const [kokids, secretpair, zimoxy, senler] = API_NAMES.map((api: ApiName) =>
      personOf(api, index, ACTIVE),
    ) as [Person, Person, Person, Person];
    const { accId: AccID, email: Email, password: Password, username: UserID } = kokids;
    await forms.send("POST /user/create", { AccID, Email, Password, UserID, ...DEVICE });
    const { username, email, password } = secretpair;
    await forms.send("POST /register/", { username, email, password });
    const { username: login } = zimoxy;
    const fields = { login, email: zimoxy.email, password: zimoxy.password, ip: "192.0.2.7" };
    const headers = { authorization: partner.secret };
    await forms.send("POST /oauth2/register", fields, { headers });
    const { user } = await administrator.users.createUser(senler);
    const made = await administrator.users.createGroup({ name: login, ownerId: user!.id });
    groups.push(String(made.group!.id));
  }
  forms.close();
  expect(witness.faults).toEqual([]);
  return {
    bot: { clientId: bot.id, clientSecret: bot.secret },
    partnerKey: partner.secret,
    groupOf: (index) => groups[index]!,
  };
}

type Person = ReturnType<typeof personOf>;

describe.each(["sqlite", "mysql"] as const)("Latchkey alone on %s", (engine) => {
  let fleet: Fleet;
  let address: Address;
  beforeAll(async () => {
    fleet = await Fleet.start(engine, SETTINGS, 2);
    address = await Address.open();
    address.leadTo(...fleet.urls);
  });
  afterAll(async () => {
    address.close();
    await fleet.stop();
  });

  test("serves every client while one of two processes is killed", async () => {
    const belongings = await settle(address.url, fleet);
    const urls = Object.fromEntries(API_NAMES.map((api) => [api, address.url])) as Urls;
    const witness = new Witness();
    const crowd = new Crowd(urls, witness, { active: ACTIVE, acting: 1, belongings });
    // A kill at which no call is under way shows nothing.
    for (let kills = 0; kills < MOST_KILLS && witness.broken === 0; kills++) {
      const { total } = witness;
      const playing = crowd.play(EPISODES);
      while (witness.total < total + 10) await delay(2);
      await fleet.kill(0);
      await fleet.restart(0);
      await playing;
    }
    await crowd.check();
    crowd.close();
    expect(witness.faults).toEqual([]);
    expect(witness.broken).toBeGreaterThan(0);
    expect(crowd.keys.length).toBeGreaterThan(3);
    const secrets = [DJANGO_SECRET, belongings.partnerKey, ...witness.secrets];
    expect(secrets.length).toBeGreaterThan(20);
    expect(secrets.filter((secret) => fleet.log.includes(secret))).toEqual([]);
  });
});
