import { act } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { DAY, isOver, MINUTE } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import type { Client } from "../../model.ts";
import { type DocumentFetcher, freshUntil, OutboundError } from "../../outbound.ts";
import { callingUser } from "../../principal.ts";
import type { RequestContext } from "../../request-context.ts";
import { BoundedMap } from "../../security/bounded-map.ts";
import { networkOf } from "../../security/networks.ts";
import { countTry } from "../../security/rate-limit.ts";
import type { Store } from "../../store.ts";
import type { AllowedOrigins } from "../clients/allowed-origins.ts";
import { looksOtherwise } from "../clients/client-access.ts";
import { type ClientSettings, NO_SETTINGS } from "../clients/client-settings.ts";
import { matchesRedirectUri } from "../clients/redirect-uris.ts";
import { type DocumentedClient, invalidDocument, readClientDocument } from "./client-document.ts";
import { PRIVATE_KEY_JWT } from "../proofs/client-assertions.ts";
import { clientUrlFault, isClientUrl, isInDomains } from "./client-url.ts";

/** Section 6.6 of the draft: a longer document is not read. */
const MAX_BYTES = 5 * 1024;
/** How long a document is kept: at least for the pages of one request. */
const FRESHNESS = { least: MINUTE, usual: 5 * MINUTE, most: DAY };
/** How old a document is before a redirect URI that it lacks lets the server look again. */
const REFETCH_AFTER_MS = 10_000;
/** How many documents are kept. */
const MAX_KEPT = 1_000;
/** How often a document is requested at most for a key that it lacks. */
const KEY_PAUSE_MS = MINUTE;
/** How many documents one network can make the server request. */
const LIMIT = { tries: 60, windowMs: MINUTE };

/** How such a client can authenticate, the strongest first. It shares no secret. */
const DOCUMENTED_METHODS: readonly string[] = [PRIVATE_KEY_JWT, "none"];

interface Kept {
  readonly client: DocumentedClient;
  readonly fetchedAt: number;
  readonly freshUntil: number;
}

export interface ClientDocumentsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly allowedOrigins: Pick<AllowedOrigins, "forget">;
  /** Absent: no client can describe itself. */
  readonly fetcher: DocumentFetcher | undefined;
  /** The domains whose clients can; empty: all. */
  readonly domains: readonly string[];
  /** How long a client stays that no user lets in. */
  readonly unusedMs: number;
}

/** Clients that describe themselves by a document at their client_id. */
export class ClientDocuments {
  readonly #dependencies: ClientDocumentsDependencies;
  readonly #kept = new BoundedMap<Kept>(MAX_KEPT);
  /** When a document was last requested for its keys. */
  readonly #keysAskedAt = new BoundedMap<number>(MAX_KEPT);
  /** One request serves all who wait for the same document. */
  readonly #loading = new Map<string, Promise<Kept>>();

  constructor(dependencies: ClientDocumentsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether a client can describe itself at all. */
  get areRead(): boolean {
    return this.#dependencies.fetcher !== undefined;
  }

  /**
   * Returns a client as it is now: a registered one from the store, one with a URL from its
   * document. `redirectUri` is where the client wants to get the code; `context` says who asks.
   */
  async find(
    id: string,
    redirectUri: string,
    context?: Pick<RequestContext, "address">,
  ): Promise<Client | undefined> {
    const { store, fetcher } = this.#dependencies;
    const row = await store.clients.find(id);
    if (!isClientUrl(id) || row?.disabledAt !== undefined) return row;
    if (fetcher === undefined) return undefined;
    const fault = clientUrlFault(id);
    if (fault !== undefined)
      throw new IdentityError("CLIENT_DOCUMENT_INVALID", `client_id ${fault}.`);
    if (!this.#isAllowed(id)) return undefined;
    const kept = this.#freshAt(id);
    const isListed = kept === undefined || redirectUri === "" || lists(kept.client, redirectUri);
    const isOld = (kept?.fetchedAt ?? 0) + REFETCH_AFTER_MS <= this.#dependencies.clock.now();
    const current =
      kept === undefined || (!isListed && isOld) ? await this.#load(id, fetcher, context) : kept;
    return compose(id, current, row);
  }

  /**
   * Returns the settings of a client that signs, as its document has them now. One that is old, or
   * lacks the key that a JWT names, is requested again, at most once a minute.
   */
  async settingsOf(
    { id, settings }: Pick<Client, "id" | "settings">,
    kid: string | undefined,
  ): Promise<ClientSettings> {
    const { fetcher, clock } = this.#dependencies;
    if (!isClientUrl(id) || fetcher === undefined || !this.#isAllowed(id)) return settings;
    await this.#loading.get(id)?.catch(() => undefined);
    const kept = this.#freshAt(id);
    const askedAt = Math.max(kept?.fetchedAt ?? 0, this.#keysAskedAt.get(id) ?? 0);
    const isPaused = Math.abs(clock.now() - askedAt) < KEY_PAUSE_MS;
    if (isPaused || (kept !== undefined && mayHave(kept.client.settings, kid)))
      return kept?.client.settings ?? NO_SETTINGS;
    this.#keysAskedAt.set(id, clock.now());
    const current = await this.#load(id, fetcher, undefined).catch(() => kept);
    return current?.client.settings ?? NO_SETTINGS;
  }

  /** Stores a client with a URL, when a user agrees to it. Other clients are stored already. */
  async keep(context: RequestContext, client: Client): Promise<void> {
    if (!isClientUrl(client.id)) return;
    const { store, clock, allowedOrigins, unusedMs } = this.#dependencies;
    const row = await store.clients.find(client.id);
    const fields = row === undefined ? [] : changedFields(row, client);
    if (row !== undefined && fields.length === 0) return;
    await act(store, context.caller, async (tx) => {
      const expiresAt = clock.now() + unusedMs;
      if (row === undefined && !(await tx.clients.insert(client, undefined, expiresAt))) return;
      if (row !== undefined) await tx.clients.update(client.id, changeTo(client, row), clock.now());
      const event = {
        clientId: client.id,
        userId: callingUser(context.caller)?.id,
        details: { by: "document", ...(row !== undefined && { fields: fields.join(" ") }) },
      };
      const type = row === undefined ? "client.create" : "client.update";
      await tx.audit.append(auditEvent(clock, context, type, event));
    });
    allowedOrigins.forget();
  }

  /** Returns whether an administrator lets clients of the domain describe themselves. */
  #isAllowed(id: string): boolean {
    return isInDomains(new URL(id).hostname, this.#dependencies.domains);
  }

  #freshAt(id: string): Kept | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    const { fetchedAt: createdAt, freshUntil: expiresAt } = kept;
    return isOver({ createdAt, expiresAt }, this.#dependencies.clock.now()) ? undefined : kept;
  }

  /** Requests a document once. What went wrong is not kept, so the next request tries again. */
  async #load(
    id: string,
    fetcher: DocumentFetcher,
    context: Pick<RequestContext, "address"> | undefined,
  ): Promise<Kept> {
    const { store, clock } = this.#dependencies;
    const loading = this.#loading.get(id);
    if (loading !== undefined) return loading;
    const load = async (): Promise<Kept> => {
      if (context !== undefined)
        await countTry(store, clock, `client-document:${networkOf(context.address)}`, LIMIT);
      const kept = await this.#fetch(id, fetcher);
      this.#kept.set(id, kept);
      return kept;
    };
    const begun = load().finally(() => this.#loading.delete(id));
    this.#loading.set(id, begun);
    return begun;
  }

  async #fetch(id: string, fetcher: DocumentFetcher): Promise<Kept> {
    const { clock } = this.#dependencies;
    const document = await fetcher.fetch(id, MAX_BYTES).catch((error: unknown) => {
      if (!(error instanceof OutboundError)) throw error;
      throw error.failure === "size"
        ? invalidDocument("is longer than 5 KB, or compressed")
        : // One answer for all: it must not reveal what the server can reach.
          invalidDocument(
            "could not be requested: its host must have a public address and a valid " +
              "certificate, and answer within 5 seconds",
          );
    });
    const client = readClientDocument(id, document, DOCUMENTED_METHODS);
    const fetchedAt = clock.now();
    return { client, fetchedAt, freshUntil: freshUntil(document, fetchedAt, FRESHNESS) };
  }
}

const lists = ({ redirectUris, public: isPublic }: DocumentedClient, uri: string): boolean =>
  redirectUris.some((registered) => matchesRedirectUri(registered, uri, isPublic));

/** Returns whether the key that a JWT names may be the client's. `ClientKeys` reads a set. */
const mayHave = ({ jwks, jwksUri }: ClientSettings, kid: string | undefined): boolean =>
  kid === undefined || jwksUri !== undefined || (jwks?.keys ?? []).some((key) => key.kid === kid);

/** Returns a client with what its document says, and with what administrators have decided. */
function compose(id: string, { client, fetchedAt }: Kept, row: Client | undefined): Client {
  const after: Client = {
    ...client,
    id,
    apis: [],
    allowedOrigins: [],
    pkceOptional: false,
    secretVersion: row?.secretVersion ?? 0,
    createdAt: row?.createdAt ?? fetchedAt,
    updatedAt: row?.updatedAt ?? fetchedAt,
  };
  // No administrator has seen another name, link or redirect URI.
  const isSeen = row !== undefined && !looksOtherwise(after, row);
  return isSeen ? { ...after, verifiedAt: row.verifiedAt } : after;
}

const FIELDS = ["name", "public", "grantTypes", "scopes", "redirectUris", "settings"] as const;

const changedFields = (row: Client, client: Client): readonly string[] =>
  FIELDS.filter((field) => JSON.stringify(row[field]) !== JSON.stringify(client[field]));

const changeTo = (client: Client, row: Client) => ({
  ...Object.fromEntries(FIELDS.map((field) => [field, client[field]])),
  endsVerification: row.verifiedAt !== undefined && client.verifiedAt === undefined,
});
