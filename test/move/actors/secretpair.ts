// A developer and user of the user centre. The token, the pair and the codes are kept as a client
// keeps them: across the stages.
import { randomBytes } from "node:crypto";
import type { Person } from "../../predecessors/people.ts";
import { Browser } from "../browser.ts";
import { FormClient } from "../form-client.ts";
import type { Sent, Witness } from "../witness.ts";
import type { Actor } from "./actor.ts";

const REDIRECT_URI = "http://127.0.0.1:9/cb";

interface Data {
  readonly token: string;
  readonly secret_id: string;
  readonly secret_value: string;
  readonly authorization_code: string;
  readonly username: string;
}

const dataOf = ({ text }: Sent): Data => (JSON.parse(text) as { data: Data }).data;

/** A developer who is also a user of the own application. */
export class Developer implements Actor {
  readonly #url: string;
  readonly #client: FormClient;
  readonly #witness: Witness;
  readonly #person: Person;
  readonly #registered: Person[] = [];
  /** The oldest token that must still work, and the newest. */
  readonly #tokens: string[] = [];
  #pair: { readonly secret_id: string; readonly secret_value: string } | undefined;
  /** A code that was in flight when the last episode ended. */
  #code = "";
  #count = 0;

  constructor(url: string, witness: Witness, person: Person) {
    this.#url = url;
    this.#client = new FormClient(url, witness);
    this.#witness = witness;
    this.#person = person;
  }

  async #signIn({ username, password }: Person, what: string): Promise<Data | undefined> {
    const query = this.#pair && {
      secret_id: this.#pair.secret_id,
      redirect_uri: REDIRECT_URI,
    };
    const more = query === undefined ? {} : { query };
    const answer = await this.#client.send("POST /login/", { username, password }, more);
    return this.#witness.expect(`${what} ${username}`, answer, 200) ? dataOf(answer) : undefined;
  }

  async episode(): Promise<void> {
    await this.#redeem(this.#code);
    this.#code = "";
    const data = await this.#signIn(this.#person, "sign-in of");
    if (data === undefined) return;
    if (this.#tokens.length < 2) this.#tokens.push(data.token);
    else this.#tokens[1] = data.token;
    await this.#profile();
    this.#code = data.authorization_code;
    if (this.#count % 2 === 0) await this.#register();
    if (this.#count % 3 === 1) await this.#usePage();
    if (this.#count % 3 === 2) await this.#refuseWrong();
    this.#count += 1;
  }

  /** Every token that was given shows the very pair that was given. */
  async #profile(): Promise<void> {
    for (const authorization of this.#tokens) {
      const answer = await this.#client.send("GET /auth/", undefined, {
        headers: { authorization },
      });
      if (!this.#witness.expect(`profile of ${this.#person.username}`, answer, 200)) continue;
      this.#same(dataOf(answer));
    }
    if (this.#pair !== undefined) return;
    const headers = { authorization: this.#tokens.at(-1)! };
    const answer = await this.#client.send("PATCH /auth/", { is_developer: "true" }, { headers });
    if (!this.#witness.expect("becoming a developer", answer, 200)) return;
    const { secret_id, secret_value } = dataOf(answer);
    this.#pair = { secret_id, secret_value };
  }

  #same({ secret_id, secret_value }: Data): void {
    const { secret_id: id = "", secret_value: value = "" } = this.#pair ?? {};
    if (secret_id !== id || secret_value !== value)
      this.#witness.fault(`another pair of ${this.#person.username}: ${secret_id}, not ${id}`);
  }

  async #redeem(authorization_code: string): Promise<void> {
    if (authorization_code === "" || this.#pair === undefined) return;
    const answer = await this.#client.send("POST /oauth/", { ...this.#pair, authorization_code });
    // The first use may have been the one whose answer was lost.
    const statuses = answer.attempts > 1 ? [200, 400] : [200];
    if (!this.#witness.expect(`code of ${this.#person.username}`, answer, ...statuses)) return;
    if (answer.status === 200 && dataOf(answer).username !== this.#person.username)
      this.#witness.fault(`the code is of ${dataOf(answer).username}`);
  }

  async #usePage(): Promise<void> {
    if (this.#pair === undefined) return;
    const { secret_id } = this.#pair;
    const query = new URLSearchParams({ secret_id, redirect_uri: REDIRECT_URI, state: "a b&c" });
    const browser = new Browser(this.#person, this.#witness);
    const back = await browser.open(`${this.#url}/oauth/?${query.toString()}`, REDIRECT_URI);
    browser.close();
    if (back === undefined) return;
    if (back.searchParams.get("state") !== "a b&c") this.#witness.fault(`lost state: ${back.href}`);
    await this.#redeem(back.searchParams.get("authorization_code") ?? "");
  }

  async #refuseWrong(): Promise<void> {
    const { email } = this.#person;
    const answer = await this.#client.send("POST /login/", { email, password: "x" });
    this.#witness.expect("wrong password", answer, 401);
  }

  async #register(): Promise<void> {
    const username = `新${randomBytes(6).toString("hex")}`;
    const email = `${randomBytes(8).toString("hex")}@secretpair.example`;
    const made = { username, email, password: `pass ${username}`, accId: "" };
    const { password } = made;
    const answer = await this.#client.send("POST /register/", { username, email, password });
    const statuses = answer.attempts > 1 ? [200, 409] : [200];
    if (this.#witness.expect(`registration of ${email}`, answer, ...statuses))
      this.#registered.push(made);
  }

  async check(): Promise<void> {
    await this.#profile();
    for (const each of this.#registered) await this.#signIn(each, "later sign-in of new");
  }

  close(): void {
    this.#client.close();
  }
}
