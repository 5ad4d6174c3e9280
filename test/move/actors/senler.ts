// The owner of a community who gives the bot keys, in a browser.
import { type Belongings, PARTNER, type Person } from "../../predecessors/people.ts";
import { Browser } from "../browser.ts";
import { FormClient } from "../form-client.ts";
import type { Witness } from "../witness.ts";
import type { Actor } from "./actor.ts";

/** A user with a community, and the application that gets its keys. */
export interface Owner {
  readonly person: Person;
  readonly groupId: string;
  readonly bot: Belongings["bot"];
}

/** An owner of one community, with the bot's backend. */
export class CommunityOwner implements Actor {
  /** The keys that the bot has been given; they never expire. */
  readonly keys: string[] = [];
  readonly #url: string;
  readonly #client: FormClient;
  readonly #witness: Witness;
  readonly #person: Person;
  readonly #groupId: string;
  readonly #bot: Belongings["bot"];
  /** A code that the backend redeems at the next episode, in another stage perhaps. */
  #code = "";

  constructor(url: string, witness: Witness, { person, groupId, bot }: Owner) {
    this.#url = url;
    this.#client = new FormClient(url, witness);
    this.#witness = witness;
    this.#person = person;
    this.#groupId = groupId;
    this.#bot = bot;
  }

  async episode(): Promise<void> {
    await this.#redeem();
    const client_id = this.#bot.clientId;
    const redirect_uri = PARTNER.redirectUri;
    const query = new URLSearchParams({ client_id, redirect_uri, state: "s/t" });
    const browser = new Browser(this.#person, this.#witness);
    const start = `${this.#url}/cabinet/OAuth2authorize?${query.toString()}`;
    const back = await browser.open(start, redirect_uri, this.#groupId);
    browser.close();
    if (back === undefined) return;
    const { code, state, group_id } = Object.fromEntries(back.searchParams);
    if (!/^[0-9a-f]{64}$/.test(code ?? "") || state !== "s/t" || group_id !== this.#groupId)
      this.#witness.fault(`the browser came back to ${back.href}`);
    this.#code = code ?? "";
  }

  async #redeem(): Promise<void> {
    if (this.#code === "") return;
    const { clientId: client_id, clientSecret: client_secret } = this.#bot;
    const redirect_uri = PARTNER.redirectUri;
    const fields = { client_id, client_secret, redirect_uri, code: this.#code };
    this.#code = "";
    const answer = await this.#client.send("POST /ajax/cabinet/OAuth2token", fields);
    const statuses = answer.attempts > 1 ? [200, 400] : [200];
    if (!this.#witness.expect(`code of ${this.#person.email}`, answer, ...statuses)) return;
    if (answer.status === 200)
      this.keys.push((JSON.parse(answer.text) as { access_token: string }).access_token);
  }

  check(): Promise<void> {
    // The keys are checked where they can be: at the server that has them.
    return Promise.resolve();
  }

  close(): void {
    this.#client.close();
  }
}
