// A player: signs in and out, mistypes a password, makes a second account and deletes it.
import { randomBytes } from "node:crypto";
import type { Person } from "../../predecessors/people.ts";
import { type Fields, FormClient } from "../form-client.ts";
import type { Witness } from "../witness.ts";
import type { Actor } from "./actor.ts";

const DEVICE = { Bundle: "com.example.hair", OSInt: "1", GAID: "d" };

const credentials = ({ accId, email, password }: Person): Fields => ({
  AccID: accId,
  Email: email,
  Password: password,
});

/** A user of the game. */
export class Player implements Actor {
  readonly #client: FormClient;
  readonly #witness: Witness;
  readonly #person: Person;
  /** Whose registration was acknowledged. */
  readonly #registered: Person[] = [];
  /** Whose deletion was acknowledged. */
  readonly #deleted: Person[] = [];
  #count = 0;

  constructor(url: string, witness: Witness, person: Person) {
    this.#client = new FormClient(url, witness);
    this.#witness = witness;
    this.#person = person;
  }

  /** Signs in, which must succeed. */
  async #signIn(person: Person, what: string): Promise<boolean> {
    const answer = await this.#client.send("POST /user/login", credentials(person));
    return this.#witness.expect(`${what} ${person.email}`, answer, 200);
  }

  async #refused(person: Person, what: string): Promise<void> {
    const answer = await this.#client.send("POST /user/login", credentials(person));
    this.#witness.expect(`${what} ${person.email}`, answer, 401);
  }

  async episode(): Promise<void> {
    const person = this.#person;
    await this.#signIn(person, "sign-in of");
    if (this.#count % 3 === 0)
      await this.#refused({ ...person, password: "x" }, "wrong password of");
    if (this.#count % 3 === 1) {
      const { AccID, Email } = credentials(person) as { AccID: string; Email: string };
      const answer = await this.#client.send("POST /user/logout", { AccID, Email });
      this.#witness.expect("logout", answer, 200);
    }
    if (this.#count % 2 === 0) await this.#register(this.#count % 4 === 0);
    this.#count += 1;
  }

  async #register(deletes: boolean): Promise<void> {
    const username = `new${randomBytes(6).toString("hex")}`;
    const made = {
      username,
      email: `${username}@kokids.example`,
      password: `pass ${username} ключ`,
      accId: `acc-${username}`,
    };
    const fields = { ...credentials(made), UserID: username, ...DEVICE };
    const answer = await this.#client.send("POST /user/create", fields);
    // A call whose connection broke may have had its effect; then its repetition is a conflict.
    const statuses = answer.attempts > 1 ? [200, 409] : [200];
    if (!this.#witness.expect(`registration of ${made.email}`, answer, ...statuses)) return;
    if (!deletes) {
      this.#registered.push(made);
      return;
    }
    await this.#signIn(made, "sign-in of new");
    const { AccID, Email } = credentials(made) as { AccID: string; Email: string };
    const gone = await this.#client.send("POST /user/delete", { AccID, Email });
    const allowed = gone.attempts > 1 ? [200, 400] : [200];
    if (this.#witness.expect(`deletion of ${made.email}`, gone, ...allowed)) {
      this.#deleted.push(made);
      await this.#refused(made, "sign-in of deleted");
    }
  }

  async check(): Promise<void> {
    await this.#signIn(this.#person, "later sign-in of");
    for (const each of this.#registered) await this.#signIn(each, "later sign-in of new");
    for (const each of this.#deleted) await this.#refused(each, "later sign-in of deleted");
  }

  close(): void {
    this.#client.close();
  }
}
