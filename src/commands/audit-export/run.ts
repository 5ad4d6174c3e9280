import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type AuditSearch, everyEvent } from "../../domain/administration/audit-trail.ts";
import type { AuditType } from "../../domain/audit.ts";
import { IdentityError } from "../../domain/errors.ts";
import { canonicalId } from "../../domain/ids.ts";
import type { AuditEvent } from "../../domain/model.ts";
import { type Opened, withDomain } from "../cli/with-domain.ts";

/** The options of the command line. */
export interface AuditExportOptions {
  readonly user?: string;
  readonly client?: string;
  readonly actor?: string;
  readonly failed?: true;
  readonly type?: AuditType;
  readonly since?: number;
  readonly until?: number;
  readonly realm: string;
}

/** Writes the events that match as JSON lines to standard output, the newest first. */
export async function exportAudit(options: AuditExportOptions): Promise<void> {
  const { user, client, actor, failed, type, since: from, until } = options;
  await withDomain(async (opened) => {
    const search: AuditSearch = {
      userId: user === undefined ? undefined : await userIdOf(opened, options.realm, user),
      clientId: client === undefined ? undefined : await clientIdOf(opened, client),
      actor,
      type,
      succeeded: failed ? false : undefined,
      from,
      until,
    };
    await pipeline(Readable.from(lines(everyEvent(opened.store, search))), process.stdout, {
      end: false,
    });
  });
}

async function* lines(events: AsyncIterable<AuditEvent>): AsyncGenerator<string> {
  for await (const event of events)
    yield `${JSON.stringify({
      id: event.id,
      at: new Date(event.at).toISOString(),
      type: event.type,
      succeeded: event.succeeded,
      actor: event.actor,
      user_id: event.userId,
      client_id: event.clientId,
      address: event.address,
      details: event.details,
    })}\n`;
}

/** Returns the id of a user; events outlive a user who was deleted for good. */
async function userIdOf(
  { store, domain: { users } }: Opened,
  realm: string,
  text: string,
): Promise<string> {
  try {
    return (await users.identify(realm, text)).id;
  } catch (error) {
    const isUnknown = error instanceof IdentityError && error.reason === "USER_NOT_FOUND";
    const userId = canonicalId(text);
    if (!isUnknown || (await store.audit.list({ userId }, { limit: 1 })).length === 0) throw error;
    return userId;
  }
}

/** Returns the id of a client; events outlive it too. */
async function clientIdOf({ store }: Opened, text: string): Promise<string> {
  const clientId = canonicalId(text);
  const isKnown =
    (await store.clients.find(clientId)) !== undefined ||
    (await store.audit.list({ clientId }, { limit: 1 })).length > 0;
  if (!isKnown) throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
  return clientId;
}
