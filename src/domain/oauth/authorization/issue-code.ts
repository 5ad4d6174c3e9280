import { act } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { Client, User } from "../../model.ts";
import type { Store } from "../../store.ts";
import { hashToken } from "../../security/tokens.ts";
import { typesOf } from "../details/detail.ts";
import type { Terms } from "../terms.ts";
import type { Resource } from "../resources/resource.ts";
import { consentScopes } from "../resources/scopes-for.ts";
import { OPENID } from "../clients/scopes.ts";
import type { CodeFormat } from "./code-formats.ts";

/** What the user agrees to and what the code is bound to. */
export interface Agreement {
  readonly user: User;
  readonly client: Client;
  /** The only API that redeems the code and accepts the tokens from it. */
  readonly api: string;
  readonly scopes: readonly string[];
  /** The scopes of single claims: the user agrees to them, and the tokens don't have them. */
  readonly claimScopes?: readonly string[] | undefined;
  /** What the tokens from the code are for; none: the API. */
  readonly resources?: readonly Resource[] | undefined;
  /** The redemption must repeat it. */
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly groupId: bigint;
  /** How long the access from the code may last. */
  readonly lifetimeMs: number;
  readonly terms?: Terms | undefined;
}

/** A new code. The store keeps only its hash. */
export interface IssuedCode {
  readonly code: string;
  readonly expiresAt: number;
}

/** Records the user's consent and creates a code, in one transaction. */
export async function issueCode(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  context: RequestContext,
  agreement: Agreement,
  format: CodeFormat,
): Promise<IssuedCode> {
  const { user, client, api, scopes, redirectUri, codeChallenge, groupId, lifetimeMs } = agreement;
  const { resources = [], terms = {}, claimScopes = [] } = agreement;
  const agreed = [...new Set([...scopes, ...claimScopes])];
  const audience = resources.map(({ uri }) => uri);
  const { authorizationDetails = [] } = terms;
  const code = format.make(clock);
  const createdAt = clock.now();
  const expiresAt = createdAt + format.lifetimeMs;
  const parties = { clientId: client.id, userId: user.id, groupId, scopes, lifetimeMs, createdAt };
  await act(store, context.caller, async (tx) => {
    const grant = await tx.grants.agree({
      ...parties,
      scopes: consentScopes(agreed, resources, authorizationDetails),
      id: newId(clock),
      lastUsedAt: createdAt,
    });
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
      terms: { ...terms, ...(audience.length > 0 && { audience }) },
    });
    // The transaction holds the session, so it can't end unnoticed between this and its end.
    if (scopes.includes(OPENID) && terms?.sessionId !== undefined)
      if (client.settings.backchannelLogoutUri !== undefined)
        await tx.sessionClients.note({
          sessionId: terms.sessionId,
          clientId: client.id,
          userId: user.id,
          createdAt,
        });
    await tx.audit.append(
      auditEvent(clock, context, "grant.agree", {
        userId: user.id,
        clientId: client.id,
        details: {
          api,
          scope: agreed.join(" "),
          ...(audience.length > 0 && { resource: audience.join(" ") }),
          ...(authorizationDetails.length > 0 && {
            authorization_details_types: typesOf(authorizationDetails).join(" "),
          }),
          ...(groupId !== 0n && { group: groupId.toString() }),
        },
      }),
    );
  });
  return { code, expiresAt };
}
