import { act } from "../../acting.ts";
import { checkLockReason } from "../../accounts/lock-reason.ts";
import { auditEvent, type AuditType } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import type { Client } from "../../model.ts";
import { callingUser } from "../../principal.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Aggregates, Store } from "../../store.ts";
import { requireMayAdminister } from "./client-access.ts";
import type { ClientRules } from "./client-rules.ts";

/** A change and the event that it records. */
interface Act {
  readonly type: AuditType;
  readonly details?: Readonly<Record<string, string>>;
  /** Returns false if the client is so already. */
  readonly change: (tx: Aggregates, client: Client) => Promise<boolean>;
}

/**
 * What administrators say of clients, on pages and by calls: whether they vouch for one, and
 * whether it works. The owner of a client can do none of this.
 */
export class ClientAdministration {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rules: ClientRules;

  constructor(store: Store, clock: Clock, rules: ClientRules) {
    this.#store = store;
    this.#clock = clock;
    this.#rules = rules;
  }

  /**
   * Verifies a client. Users then read that administrators of this server vouch for it. With
   * `shownAt`, the client must not have changed since then.
   */
  verify(context: RequestContext, id: string, shownAt?: number): Promise<Client> {
    return this.#do(context, id, {
      type: "client.verify",
      change: async (tx, client) => {
        const now = this.#clock.now();
        if (client.verifiedAt !== undefined) return false;
        if (await tx.clients.setVerified(id, now, now, shownAt)) return true;
        throw invalidField("client_update_time", "is not when the client was last changed");
      },
    });
  }

  /** Ends the verification of a client. */
  unverify(context: RequestContext, id: string): Promise<Client> {
    return this.#do(context, id, {
      type: "client.unverify",
      change: (tx) => tx.clients.setVerified(id, undefined, this.#clock.now()),
    });
  }

  /** Switches a client off at once: its credentials and tokens are refused as unknown ones. */
  disable(context: RequestContext, id: string, reason: string): Promise<Client> {
    return this.#do(context, id, {
      type: "client.disable",
      details: { reason },
      change: (tx) => {
        const now = this.#clock.now();
        return tx.clients.setDisabled(id, { at: now, reason: checkLockReason(reason) }, now);
      },
    });
  }

  /** Switches a client on again. Tokens that haven't expired work again. */
  enable(context: RequestContext, id: string): Promise<Client> {
    return this.#do(context, id, {
      type: "client.enable",
      change: (tx) => tx.clients.setDisabled(id, undefined, this.#clock.now()),
    });
  }

  /** Changes a client and records the event in one transaction; returns the client. */
  #do(context: RequestContext, id: string, { type, details, change }: Act): Promise<Client> {
    return act(this.#store, context.caller, async (tx) => {
      const client = await tx.clients.find(id);
      requireMayAdminister(this.#rules, context, client, this.#clock.now());
      if (await change(tx, client))
        await tx.audit.append(
          auditEvent(this.#clock, context, type, {
            clientId: id,
            userId: callingUser(context.caller)?.id,
            ...(details && { details }),
          }),
        );
      const changed = await tx.clients.find(id);
      if (changed === undefined) throw clientGone();
      return changed;
    });
  }
}

const clientGone = (): IdentityError =>
  new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
