import { emailKey } from "../accounts/email-address.ts";
import { findByNameOrAddress } from "../accounts/find-user.ts";
import { invalidField } from "../errors.ts";
import { canonicalId } from "../ids.ts";
import type { Client, User } from "../model.ts";
import type { Store } from "../store.ts";
import type { StateRows } from "./store.ts";

/** Finds what lines refer to. Look-ups at the same time share queries. */
export class References {
  readonly #store: Store;
  readonly #realm: string;

  /** In a dry run, what lines before would have brought, by what they are called. */
  readonly #users = new Map<string, User>();
  readonly #clients = new Map<string, Client>();
  readonly #groups = new Set<bigint>();

  constructor(store: Store, realm: string) {
    this.#store = store;
    this.#realm = realm;
  }

  /** Notes what a line of a dry run would have brought, for the lines that refer to it. */
  note(rows: {
    readonly users?: readonly User[];
    readonly clients?: StateRows["clients"] | undefined;
    readonly groups?: StateRows["groups"] | undefined;
  }): void {
    for (const user of rows.users ?? [])
      for (const name of [user.id, user.emailKey, user.username])
        if (name !== "") this.#users.set(name, user);
    for (const { client } of rows.clients ?? []) this.#clients.set(client.id, client);
    for (const { id } of rows.groups ?? []) this.#groups.add(id);
  }

  /** Finds a user by id, address or name; rejects a reference to none. */
  async user(field: string, text: string): Promise<User> {
    if (text === "") throw invalidField(field, "is needed");
    const noted =
      this.#users.size === 0
        ? undefined
        : (this.#users.get(canonicalId(text)) ?? this.#users.get(emailKey(text) ?? ""));
    if (noted !== undefined) return noted;
    const { users } = this.#store;
    const byId = await users.find(canonicalId(text));
    if (byId?.realm === this.#realm && byId.state !== "deleted") return byId;
    const found = await findByNameOrAddress(users, this.#realm, text);
    if (found === undefined) throw invalidField(field, "is no user of this realm");
    return found;
  }

  async client(field: string, id: string): Promise<Client> {
    const key = canonicalId(id);
    const client = this.#clients.get(key) ?? (await this.#store.clients.find(key));
    if (client === undefined) throw invalidField(field, "is no client");
    return client;
  }

  /** Rejects a group that isn't there; 0 is none. */
  async group(field: string, id: bigint): Promise<void> {
    if (id !== 0n && !this.#groups.has(id) && (await this.#store.groups.find(id)) === undefined)
      throw invalidField(field, "is no group");
  }
}
