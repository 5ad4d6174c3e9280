// A user's agreement and the code that proves it. It owns how both are kept, and must not know how
// the user was asked.
import { act } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { Client, User } from "../../model.ts";
import type { Store } from "../../store.ts";
import { hashToken } from "../../security/tokens.ts";
import type { CodeFormat } from "./code-formats.ts";

/** What the code is bound to. */
export interface Agreement {
  readonly user: User;
  readonly client: Client;
  /** The only API at which the code is redeemed, and at which what it gives works. */
  readonly api: string;
  readonly scopes: readonly string[];
  /** As it must come again at the redemption. */
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly groupId: bigint;
  /** How long the access may last that the code gives. */
  readonly lifetimeMs: number;
}

/** A new code, which is shown once. */
export interface IssuedCode {
  readonly code: string;
  readonly expiresAt: number;
}

/** Records the agreement and makes a code, both or neither. */
export async function issueCode(
  store: Store,
  clock: Clock,
  context: RequestContext,
  agreement: Agreement,
  form: CodeFormat,
): Promise<IssuedCode> {
  const { user, client, api, scopes, redirectUri, codeChallenge, groupId, lifetimeMs } = agreement;
  const code = form.make(clock);
  const createdAt = clock.now();
  const expiresAt = createdAt + form.lifetimeMs;
  const parties = { clientId: client.id, userId: user.id, groupId, scopes, lifetimeMs, createdAt };
  await act(store, context.caller, async (tx) => {
    const grant = await tx.grants.agree({ ...parties, id: newId(clock), lastUsedAt: createdAt });
    await tx.codes.insert({
      ...parties,
      hash: hashToken(code),
      familyId: newId(clock),
      grantId: grant.id,
      epoch: user.epoch,
      api,
      redirectUri,
      codeChallenge,
      expiresAt,
    });
    await tx.audit.append(
      auditEvent(clock, context, "grant.agree", {
        userId: user.id,
        clientId: client.id,
        details: { api, scope: scopes.join(" ") },
      }),
    );
  });
  return { code, expiresAt };
}
