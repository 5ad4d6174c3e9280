import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import type { Client, User } from "../model.ts";
import { foreignClient, type ForeignSecrets } from "../oauth/clients/foreign-secrets.ts";
import { type Fact, LEARNING } from "./facts.ts";
import { hashToken } from "../security/tokens.ts";
import type { Store } from "../store.ts";

interface LearntKeysDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly foreignSecrets: ForeignSecrets;
}

/** Keeps the keys of applications that the predecessor has made, sealed. */
export class LearntKeys {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #foreignSecrets: ForeignSecrets;

  constructor({ store, clock, foreignSecrets }: LearntKeysDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#foreignSecrets = foreignSecrets;
  }

  /** Makes the pair of a developer ours; another application with its id stays as it is. */
  async secretPair(
    api: string,
    owner: User,
    { secretId, secretValue }: { readonly secretId: string; readonly secretValue: string },
  ): Promise<void> {
    await this.#insert(
      { kind: "secret_pair", api },
      {
        id: secretId,
        name: owner.username || owner.email,
        ownerId: owner.id,
        redirectUris: [],
        scopes: ["profile"],
      },
      secretValue,
    );
  }

  /** Makes the key of a partner ours. */
  async partnerKey(api: string, key: string): Promise<void> {
    const known = await this.#store.clients.findBySecret(hashToken(key), this.#clock.now());
    if (known !== undefined) return;
    const client = { id: newId(this.#clock), name: "Partner", redirectUris: [], scopes: [] };
    await this.#insert({ kind: "partner_key", api }, client, key);
  }

  /**
   * Makes the application ours that has exchanged a code, and its key. The answer doesn't name the
   * user of the key, so it is a key of the application for the group.
   */
  async accessKey(api: string, fact: Extract<Fact, { kind: "access-key" }>): Promise<void> {
    const { clientId, clientSecret, redirectUri, groupId, token } = fact;
    if ((await this.#store.clients.find(clientId)) === undefined) {
      const redirectUris = redirectUri === "" ? [] : [redirectUri];
      const client = { id: clientId, name: clientId, redirectUris, scopes: [] };
      await this.#insert({ kind: "client", api }, client, clientSecret);
    }
    const now = this.#clock.now();
    const hash = hashToken(token);
    await this.#store.transaction(async (tx) => {
      if ((await tx.tokens.findAccess(hash)) !== undefined) return;
      await tx.tokens.insertAccess({
        hash,
        clientId,
        epoch: 0,
        api,
        scopes: [],
        groupId,
        createdAt: now,
        lastUsedAt: now,
      });
      const source = `learned:${api}` as const;
      await tx.origins.insert([{ kind: "access_key", ref: hash, source, at: now, mark: "" }]);
    });
  }

  async #insert(
    {
      kind,
      api,
    }: { readonly kind: "secret_pair" | "partner_key" | "client"; readonly api: string },
    facts: Pick<Client, "id" | "name" | "redirectUris" | "scopes" | "ownerId">,
    secret: string,
  ): Promise<void> {
    const now = this.#clock.now();
    const client = foreignClient(now, {
      ...facts,
      grantTypes: ["authorization_code"],
      apis: [api],
    });
    await this.#store.transaction(async (tx) => {
      const kept = this.#foreignSecrets.of(client.id, secret, now);
      if (!(await tx.clients.insert(client, kept))) return;
      if (kind === "secret_pair" && client.ownerId !== undefined)
        await tx.users.update(client.ownerId, { developer: true }, now);
      const source = `learned:${api}` as const;
      await tx.origins.insert([{ kind, ref: client.id, source, at: now, mark: "" }]);
      const clientId = client.id;
      await tx.audit.append(
        auditEvent(this.#clock, LEARNING, "client.learn", { clientId, details: { api } }),
      );
    });
  }
}
