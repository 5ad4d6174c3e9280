// A partner's backend, which registers its users and checks their passwords.
import { createHash, randomBytes } from "node:crypto";
import type { Person } from "../../predecessors/people.ts";
import { FormClient } from "../form-client.ts";
import type { Witness } from "../witness.ts";
import type { Actor } from "./actor.ts";

/** Each user has an address, whose calls the contract limits to 60 a minute. */
function ipOf(username: string): { readonly ip: string } {
  const [one, two, three] = createHash("sha256").update(username).digest();
  return { ip: `10.${one}.${two}.${three}` };
}

/** A partner with one known user. */
export class Partner implements Actor {
  readonly #client: FormClient;
  readonly #witness: Witness;
  readonly #person: Person;
  readonly #registered: Person[] = [];
  readonly #key: { readonly headers: { readonly authorization: string } };
  #count = 0;

  constructor(url: string, witness: Witness, { person, key }: { person: Person; key: string }) {
    this.#key = { headers: { authorization: key } };
    this.#client = new FormClient(url, witness);
    this.#witness = witness;
    this.#person = person;
  }

  async #signIn({ username: login, password }: Person, status: number): Promise<void> {
    const answer = await this.#client.send(
      "POST /oauth2/login",
      { login, password, ...ipOf(login) },
      this.#key,
    );
    this.#witness.expect(`sign-in of ${login}`, answer, status);
  }

  async episode(): Promise<void> {
    await this.#signIn(this.#person, 200);
    if (this.#count % 3 === 0) await this.#signIn({ ...this.#person, password: "x" }, 403);
    if (this.#count % 2 === 0) await this.#register();
    if (this.#count % 3 === 1) {
      const { username: login, email, password } = this.#person;
      const fields = { login, email, password, ...ipOf(login) };
      const answer = await this.#client.send("POST /oauth2/register", fields, this.#key);
      this.#witness.expect("registration of a taken name", answer, 302);
    }
    this.#count += 1;
  }

  async #register(): Promise<void> {
    const username = `new${randomBytes(6).toString("hex")}`;
    const email = `${username}@zimoxy.example`;
    const made = { username, email, password: `pass ${username}`, accId: "" };
    const fields = { login: username, email, password: made.password, ...ipOf(username) };
    const answer = await this.#client.send("POST /oauth2/register", fields, this.#key);
    const statuses = answer.attempts > 1 ? [200, 302] : [200];
    if (this.#witness.expect(`registration of ${email}`, answer, ...statuses))
      this.#registered.push(made);
  }

  async check(): Promise<void> {
    await this.#signIn(this.#person, 200);
    for (const each of this.#registered) await this.#signIn(each, 200);
  }

  close(): void {
    this.#client.close();
  }
}
