import { createHmac } from "node:crypto";
import { emailKey, emailKeys } from "../accounts/email-address.ts";
import { searchedBy } from "../accounts/find-user.ts";
import { DAY } from "../durations.ts";
import type { User } from "../model.ts";
import type { IdentifierChange } from "../sign-in/elsewhere.ts";
import type { Aggregates } from "../store.ts";

/** How long a server before may still be asked. */
const LEFT_FOR = 730 * DAY;
/** How long what is learnt may come behind the end that the predecessor has answered. */
const ENDED_FOR = DAY;

const END_KINDS = ["sign-out", "deletion"] as const;
type EndKind = (typeof END_KINDS)[number];

/** What of a user a call names. */
interface Named {
  readonly realm: string;
  readonly email?: string | undefined;
  readonly username?: string | undefined;
}

/**
 * The addresses and names that users have left here, and the ends that the predecessor has
 * answered. Without the first, a server that still has the old value would bring a second user in,
 * or one who was deleted. Without the second, a process that learns late would open again what
 * another process has seen ended. Both are stored as keyed hashes.
 */
export class FormerIdentifiers {
  readonly #store: Pick<Aggregates, "formerIdentifiers" | "users">;
  readonly #key: Buffer;

  constructor(store: Pick<Aggregates, "formerIdentifiers" | "users">, key: Buffer) {
    this.#store = store;
    this.#key = key;
  }

  /**
   * Notes the address and the name that a change takes from a user who came from another server;
   * without a change, both. That server can't sign the user in by the new ones.
   */
  async leave(tx: Aggregates, user: User, now: number, change?: IdentifierChange): Promise<void> {
    const leaves = (value: string, next: string | undefined): boolean =>
      value !== "" && (change === undefined || (next !== undefined && next !== value));
    const values = [
      leaves(user.emailKey, change?.emailKey) ? user.emailKey : "",
      leaves(user.username, change?.username) ? user.username : "",
    ];
    const hashes = values
      .filter((value) => value !== "")
      .map((value) => this.#hash("left", user.realm, value));
    if (hashes.length === 0 || (await tx.origins.find("user", user.id)) === undefined) return;
    const times = { notedAt: now, expiresAt: now + LEFT_FOR };
    await tx.formerIdentifiers.note(hashes.map((hash) => ({ hash, ...times })));
    if (change !== undefined) await tx.users.ownPassword(user.id);
  }

  /** Returns whether a user had the address, or without one the name, and left it here. */
  async wasLeft({ realm, email = "", username = "" }: Named): Promise<boolean> {
    const values = email === "" ? [username, username.normalize("NFC")] : emailKeys(email);
    const hashes = [...new Set(values)]
      .filter((value) => value !== "")
      .map((value) => this.#hash("left", realm, value));
    return (await this.#store.formerIdentifiers.find(hashes)).length > 0;
  }

  /** Returns the same also of a user who was deleted, here or by the predecessor. */
  async hasLeft(named: Named): Promise<boolean> {
    const { realm, email = "", username = "" } = named;
    if (email === "" && username === "") return false;
    const known = searchedBy(email === "" ? { username } : { email });
    const deleted = await this.#store.users.findDeleted(realm, known, 0, false);
    return deleted !== undefined || this.wasLeft(named);
  }

  /** Notes that the predecessor has ended the access of a user at a time, or deleted the user. */
  async end(
    tx: Aggregates,
    kind: EndKind,
    { realm, email = "" }: Named,
    at: number,
  ): Promise<void> {
    const key = emailKey(email);
    if (key === undefined) return;
    const hash = this.#hash(kind, realm, key);
    await tx.formerIdentifiers.note([{ hash, notedAt: at, expiresAt: at + ENDED_FOR }]);
  }

  /** Returns when the predecessor has answered the last end of each kind, if it has. */
  async ends({ realm, email = "" }: Named): Promise<Partial<Record<EndKind, number>>> {
    const key = emailKey(email);
    if (key === undefined) return {};
    const kinds = new Map(END_KINDS.map((kind) => [this.#hash(kind, realm, key), kind]));
    const noted = await this.#store.formerIdentifiers.find([...kinds.keys()]);
    return Object.fromEntries(noted.map(({ hash, notedAt }) => [kinds.get(hash), notedAt]));
  }

  #hash(kind: string, realm: string, value: string): string {
    return createHmac("sha256", this.#key).update([kind, realm, value].join("\n")).digest("hex");
  }
}
