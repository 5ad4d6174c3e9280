import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { foreignSecret } from "../oauth/clients/foreign-secrets.ts";
import type { Origin, OriginKind, OriginSource } from "../origins.ts";
import type { RequestContext } from "../request-context.ts";
import type { Aggregates, Store } from "../store.ts";

/** Why something that a batch brought stays. */
type Kept = "used" | "changed" | "gone";

/** What an undo has done. */
export interface Undone {
  readonly removed: Partial<Record<OriginKind, number>>;
  readonly kept: readonly { readonly kind: OriginKind; readonly ref: string; readonly why: Kept }[];
}

/** Credentials first, then what they belong to, users last. */
const ORDER: readonly OriginKind[] = [
  "session_client",
  "resource",
  "access_key",
  "refresh_token",
  "session_token",
  "consent",
  "device",
  "member",
  "secret_pair",
  "partner_key",
  "client",
  "group",
  "user",
];
const PAGE = 200;

type Remove = (tx: Aggregates, origin: Origin) => Promise<"removed" | Kept>;

const unusedClient: Remove = async (tx, { ref, at }) => {
  const client = await tx.clients.find(ref);
  if (client === undefined) return "gone";
  if (client.updatedAt !== at || client.secretVersion !== foreignSecret) return "changed";
  const { access, refresh } = await tx.tokens.summarize(ref, at, 1);
  const { users } = await tx.grants.summarize(ref, 1);
  if (access + refresh + users > 0) return "used";
  return (await tx.clients.delete(ref)) ? "removed" : "gone";
};

/** Removes a thing of each kind unless it was used or changed since it came. */
const REMOVALS: Readonly<Record<OriginKind, Remove>> = {
  async access_key(tx, { ref, at }) {
    const found = await tx.tokens.findAccess(ref);
    if (found === undefined) return "gone";
    if (found.token.lastUsedAt !== at) return "used";
    if (!(await tx.tokens.deleteAccess(ref))) return "gone";
    await removeConsent(tx, found.token.grantId, at);
    return "removed";
  },
  async refresh_token(tx, { ref, at }) {
    const token = await tx.tokens.findRefresh(ref);
    if (token === undefined) return "gone";
    if (token.usedAt !== undefined) return "used";
    await tx.tokens.deleteFamily(token.familyId);
    await removeConsent(tx, token.grantId, at);
    return "removed";
  },
  async session_token(tx, { ref, at }) {
    const found = await tx.sessions.findByToken(ref);
    if (found === undefined) return "gone";
    if (found.session.lastUsedAt !== at) return "used";
    return (await tx.sessions.delete(found.session.id)) ? "removed" : "gone";
  },
  async consent(tx, { ref, at }) {
    const consent = await tx.grants.find(ref);
    if (consent === undefined) return "gone";
    if (consent.lastUsedAt !== at) return "used";
    return (await tx.grants.delete(ref)) ? "removed" : "gone";
  },
  async session_client(tx, { ref, mark }) {
    const key = { sessionId: ref.slice(0, ref.lastIndexOf("/")), clientId: mark };
    const known = await tx.state.sessionClient(key.sessionId, key.clientId);
    if (known === undefined) return "gone";
    return (await tx.state.deleteSessionClient(key)) ? "removed" : "used";
  },
  async resource(tx, { ref, at }) {
    const resource = await tx.resources.find(ref);
    if (resource === undefined) return "gone";
    if (resource.updatedAt !== at) return "changed";
    return (await tx.resources.delete(ref)) ? "removed" : "gone";
  },
  async device(tx, { ref, at, mark }) {
    const userId = ref.slice(0, ref.lastIndexOf("/"));
    const known = await tx.state.device(userId, mark);
    if (known === undefined) return "gone";
    return (await tx.state.deleteDevice({ userId, gaid: mark, seenAt: at })) ? "removed" : "used";
  },
  async member(tx, { ref, at }) {
    const [group = "", userId = ""] = ref.split("/");
    const member = await tx.groups.member(BigInt(group), userId);
    if (member === undefined) return "gone";
    if (member.createdAt !== at) return "changed";
    const result = await tx.groups.removeMember(BigInt(group), userId, at);
    return result === "removed" ? "removed" : "used";
  },
  secret_pair: unusedClient,
  partner_key: unusedClient,
  client: unusedClient,
  async group(tx, { ref, at }) {
    const id = BigInt(ref);
    const group = await tx.groups.find(id);
    if (group === undefined) return "gone";
    const members = await tx.groups.members(id, { limit: 2 });
    // The owner came with the line of the group.
    if (members.length > 1 || members.some(({ createdAt }) => createdAt !== at)) return "used";
    return (await tx.groups.delete(id)) ? "removed" : "gone";
  },
  async user(tx, { ref, at, source }) {
    const user = await tx.users.find(ref);
    if (user === undefined) return "gone";
    if (user.updatedAt !== at || user.epoch !== 0) return "changed";
    // A learnt user comes with the check that the predecessor has made.
    if (source.startsWith("import:") && (await tx.passwordChecks.networks(ref)).length > 0)
      return "used";
    return (await tx.state.removeUnused(ref, at)) ? "removed" : "used";
  },
};

/** Removes a consent that came with a credential and that nothing else uses. */
async function removeConsent(tx: Aggregates, id: string | undefined, at: number): Promise<void> {
  const consent = id === undefined ? undefined : await tx.grants.find(id);
  if (consent === undefined || consent.createdAt !== at || consent.lastUsedAt !== at) return;
  if ((await tx.origins.find("consent", consent.id)) === undefined)
    await tx.grants.delete(consent.id);
}

/**
 * Takes back what a source brought and what was neither used nor changed since. Each thing is
 * removed together with its origin, so that a second undo finds only the rest.
 */
export async function undo(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  context: RequestContext,
  source: OriginSource,
): Promise<Undone> {
  const removed: Partial<Record<OriginKind, number>> = {};
  const kept: Undone["kept"][number][] = [];
  for (const kind of ORDER)
    for (let after: string | undefined; ;) {
      const page = await store.origins.list(source, kind, { after, limit: PAGE });
      for (const origin of page) {
        const result = await store.transaction(async (tx) => {
          const done = await REMOVALS[kind](tx, origin);
          if (done === "removed" || done === "gone") await tx.origins.delete(kind, origin.ref);
          return done;
        });
        if (result === "removed") removed[kind] = (removed[kind] ?? 0) + 1;
        else if (result !== "gone") kept.push({ kind, ref: origin.ref, why: result });
      }
      if (page.length < PAGE) break;
      after = page.at(-1)!.ref;
    }
  const details = Object.fromEntries(
    Object.entries({ ...removed, kept: kept.length }).map(([name, count]) => [name, String(count)]),
  );
  await store.audit.append(
    auditEvent(clock, context, "state.undo", { details: { source, ...details } }),
  );
  return { removed, kept };
}

/** Takes a batch of an import back. */
export async function undoImport(
  dependencies: { readonly store: Store; readonly clock: Clock },
  context: RequestContext,
  batch: string,
): Promise<Undone> {
  if ((await dependencies.store.state.find(batch)) === undefined)
    throw new IdentityError("FIELD_INVALID", "There is no such batch: see `latchkey import list`.");
  return undo(dependencies, context, `import:${batch}`);
}
