// An application with passport-senler, as its maker published it.
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { PARTNER, type Person } from "../../predecessors/people.ts";
import { Browser } from "../browser.ts";
import type { Witness } from "../witness.ts";
import type { Actor } from "./actor.ts";
import type { Owner } from "./senler.ts";

interface Strategy {
  authenticate(request: object, options: object): void;
  readonly _oauth2: { _authorizeUrl: string };
  _tokenURL: string;
}
type StrategyClass = new (options: object) => Strategy;

interface Outcome {
  readonly url?: string;
  readonly accessToken?: string;
}

const { SenlerStrategy } = createRequire(import.meta.url)("passport-senler") as {
  SenlerStrategy: StrategyClass;
};
const MOST_ATTEMPTS = 5;

/** An application that its users enter through senler. */
export class PassportApplication implements Actor {
  /** The keys that it has been given. */
  readonly keys: string[] = [];
  readonly #strategy: Strategy;
  readonly #witness: Witness;
  readonly #person: Person;
  readonly #groupId: string;

  constructor(url: string, witness: Witness, { person, groupId, bot }: Owner) {
    this.#witness = witness;
    this.#person = person;
    this.#groupId = groupId;
    this.#strategy = new SenlerStrategy({
      clientID: bot.clientId,
      clientSecret: bot.clientSecret,
      callbackURL: PARTNER.redirectUri,
    });
    // The package knows senler.ru only.
    this.#strategy._oauth2._authorizeUrl = `${url}/cabinet/OAuth2authorize`;
    this.#strategy._tokenURL = `${url}/ajax/cabinet/OAuth2token`;
  }

  #step(query: Readonly<Record<string, string>>, session: object): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const fail = (why: unknown): void =>
        reject(why instanceof Error ? why : new Error(JSON.stringify(why)));
      const acting = Object.assign(Object.create(this.#strategy) as Strategy, {
        redirect: (url: string) => resolve({ url }),
        success: resolve,
        fail,
        error: fail,
      });
      acting.authenticate({ query, session, headers: {}, connection: {} }, {});
    });
  }

  /** Enters; after a broken connection the user presses the button again. */
  async episode(): Promise<void> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const brokenBefore = this.#witness.broken;
      const why = await this.#enter().then(
        () => undefined,
        (error: unknown) => String(error),
      );
      if (why === undefined) return;
      const isBroken = /ECONN|socket hang up/.test(why) || this.#witness.broken > brokenBefore;
      if (!isBroken || attempt === MOST_ATTEMPTS) return this.#witness.fault(`passport: ${why}`);
      this.#witness.broken += 1;
      await delay(200);
    }
  }

  async #enter(): Promise<void> {
    const session = {};
    const { url } = await this.#step({}, session);
    const browser = new Browser(this.#person, this.#witness);
    const back = await browser.open(url!, PARTNER.redirectUri, this.#groupId);
    browser.close();
    if (back === undefined) return;
    this.#witness.visit("GET /ajax/cabinet/OAuth2token");
    const { accessToken } = await this.#step(Object.fromEntries(back.searchParams), session);
    if (!/^\S{16,}$/.test(accessToken ?? "")) this.#witness.fault(`passport: key ${accessToken}`);
    else this.keys.push(accessToken!);
  }

  check(): Promise<void> {
    return this.episode();
  }

  close(): void {
    // It keeps no connection.
  }
}
