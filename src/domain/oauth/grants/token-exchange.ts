import { auditEvent } from "../../audit.ts";
import { IdentityError } from "../../errors.ts";
import type { AccessToken } from "../../model.ts";
import { hashToken } from "../../security/tokens.ts";
import { isReservedScope, keepsScope, narrowScopes } from "../clients/scopes.ts";
import { type AuthorizationDetail, typesOf } from "../details/detail.ts";
import { type DetailedTargets, detailsAt } from "../details/details-at.ts";
import { narrowDetails } from "../details/narrow-details.ts";
import { badProof } from "../proofs/dpop-proof.ts";
import type { Resource } from "../resources/resource.ts";
import { lifetimeFor, scopesFor } from "../resources/scopes-for.ts";
import type { Actor, Terms } from "../terms.ts";
import type { LiveAccessToken } from "../tokens/access-tokens.ts";
import { requireMachineClient } from "./client-credentials.ts";
import type { GrantHandler, GrantInput } from "./grant.ts";
import { ACCESS_TOKEN_MS } from "./issue.ts";

/** RFC 8693 section 3. */
const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id_token";

/** The longest chain of parties that act for each other. */
const MAX_ACTORS = 8;

/** RFC 8693 section 2.2.2: a token that is not acceptable makes the request invalid. */
const refused = (message: string): IdentityError =>
  new IdentityError("OAUTH_REQUEST_INVALID", message);

/** A live token of a user that the client may exchange, with what the client sees of it. */
interface Subject {
  readonly token: AccessToken & { readonly userId: string; readonly expiresAt: number };
  readonly resources: readonly Resource[];
  /** What it is limited to there. */
  readonly details: readonly AuthorizationDetail[];
  readonly scopes: readonly string[];
  /** The session that must last; only of an ID token. */
  readonly sessionId?: string | undefined;
}

/**
 * Exchanges the access token of a user, or the ID token that came with it, for another access token
 * (RFC 8693): for fewer resources or scopes, or for a resource that an administrator has opened for
 * the client. The new token belongs to the family and the consent of the old one, so it ends with
 * them, and it never lasts longer.
 */
export const tokenExchange: GrantHandler = async (input) => {
  const { store, clock, client, request, context } = input;
  requireTypes(input);
  const subject = await findSubject(input);
  requireProof(input, subject.token);
  const actor = await actorOf(input, subject);
  const { resources, details } = narrowDetails(subject.details, await targetsOf(input, subject), {
    text: request.authorizationDetails,
    allowed: client.settings.authorizationDetailsTypes,
  });
  const scopes = narrowScopes(
    request.scope,
    scopesFor(subject.scopes, resources).filter(
      (scope) => !isReservedScope(scope) || keepsScope(client.scopes, scope),
    ),
  );
  const now = clock.now();
  const lifetimeMs = Math.min(
    lifetimeFor(resources, ACCESS_TOKEN_MS),
    subject.token.expiresAt - now,
  );
  const { token } = subject;
  const facts = {
    clientId: client.id,
    userId: token.userId,
    epoch: token.epoch,
    grantId: token.grantId,
    familyId: token.familyId,
    api: token.api,
    groupId: token.groupId,
    scopes,
    terms: termsOf(input, subject, { actor, resources, details }),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifetimeMs,
  };
  const accessToken = await input.accessTokenTexts.make(facts, resources);
  await store.transaction(async (tx) => {
    if (subject.sessionId !== undefined && !(await tx.sessions.hold(subject.sessionId)))
      throw refused("The session of subject_token has ended.");
    // A request that ends the family, the consent or the user waits for this row, and then finds
    // the new token as well.
    if (!(await tx.tokens.holdAccess(token.hash))) throw refused("subject_token has ended.");
    await tx.tokens.insertAccess({ ...facts, hash: hashToken(accessToken) });
    await tx.audit.append(
      auditEvent(clock, context, "token.exchange", {
        userId: token.userId,
        clientId: client.id,
        details: {
          subject_client: token.clientId,
          scope: scopes.join(" "),
          ...(resources.length > 0 && { resource: resources.map(({ uri }) => uri).join(" ") }),
          ...(details.length > 0 && { authorization_details_types: typesOf(details).join(" ") }),
        },
      }),
    );
  });
  return { accessToken, lifetimeMs, scopes, details, issuedTokenType: ACCESS_TOKEN_TYPE };
};

function requireTypes({ client, request }: GrantInput): void {
  if (client.public)
    throw new IdentityError("CLIENT_UNAUTHORIZED", "A public client can't exchange tokens.");
  if (request.subjectToken === "") throw refused("subject_token is required.");
  if (![ACCESS_TOKEN_TYPE, ID_TOKEN_TYPE].includes(request.subjectTokenType))
    throw refused(`subject_token_type must be ${ACCESS_TOKEN_TYPE} or ${ID_TOKEN_TYPE}.`);
  if (request.actorToken === "" && request.actorTokenType !== "")
    throw refused("actor_token_type was sent without actor_token.");
  if (request.actorToken !== "" && request.actorTokenType !== ACCESS_TOKEN_TYPE)
    throw refused(`actor_token_type must be ${ACCESS_TOKEN_TYPE}.`);
  if (request.requestedTokenType !== "" && request.requestedTokenType !== ACCESS_TOKEN_TYPE)
    throw refused(`requested_token_type must be ${ACCESS_TOKEN_TYPE}. Leave it out.`);
}

/** Finds the token: one that was given to the client, or is for a resource that it serves. */
async function findSubject(input: GrantInput): Promise<Subject> {
  const { client, realms, request } = input;
  if (request.subjectTokenType === ID_TOKEN_TYPE) return findByIdToken(input);
  const found = await input.accessTokens.find(request.subjectToken);
  const mine = found === undefined ? undefined : partOf(found, client.id);
  if (found === undefined || mine === undefined)
    throw refused(
      "subject_token is unknown or has expired, or is neither a token of this client nor for a " +
        "resource that names it among its introspectors.",
    );
  const { token } = found;
  const { userId, expiresAt } = token;
  if (userId === undefined || expiresAt === undefined || token.api !== "identity")
    throw refused("subject_token must be a token that a client has got for a user.");
  if (found.user === undefined || !realms.admits(client, found.user))
    throw refused("subject_token is of a user of another realm than that of this client.");
  return { ...mine, token: { ...token, userId, expiresAt } };
}

/** Finds the access token that an ID token of the client stands for. */
async function findByIdToken({ client, request, idTokenSubjects }: GrantInput): Promise<Subject> {
  const found = await idTokenSubjects.find(client, request.subjectToken);
  const { userId, expiresAt, api } = found?.token ?? {};
  if (found === undefined || userId === undefined || expiresAt === undefined || api !== "identity")
    throw refused(
      "subject_token is no ID token of this client or has expired, or its session or the access " +
        "token that came with it has ended.",
    );
  const { token, resources, sessionId } = found;
  return {
    resources,
    details: token.terms?.authorizationDetails ?? [],
    scopes: token.scopes,
    sessionId,
    token: { ...token, userId, expiresAt },
  };
}

function partOf(
  { token, resources }: LiveAccessToken,
  clientId: string,
): Omit<Subject, "token"> | undefined {
  const { authorizationDetails: all = [] } = token.terms ?? {};
  if (token.clientId === clientId) return { resources, details: all, scopes: token.scopes };
  const served = resources.filter(({ introspectors }) => introspectors.includes(clientId));
  if (served.length === 0) return undefined;
  const { details } = detailsAt(all, served);
  return { resources: served, details, scopes: scopesFor(token.scopes, served) };
}

/**
 * Returns the party that acts for the user (RFC 8693 section 4.1): that of the actor token, else
 * the client, unless the client only narrows a token of its own.
 */
async function actorOf(input: GrantInput, { token }: Subject): Promise<Actor | undefined> {
  const { client, request, accessTokens } = input;
  const before = token.terms?.actor;
  if (request.actorToken === "" && token.clientId === client.id) return before;
  let length = 1;
  for (let each = before; each !== undefined; each = each.act) length++;
  if (length > MAX_ACTORS) throw refused("subject_token has passed through too many clients.");
  const chain = before === undefined ? {} : { act: before };
  if (request.actorToken === "") return { sub: client.id, clientId: client.id, ...chain };
  const actor = await accessTokens.find(request.actorToken);
  if (actor?.token.clientId !== client.id || actor.token.api !== "identity")
    throw refused("actor_token is unknown or has expired, or is not a token of this client.");
  requireProof(input, actor.token);
  const { userId = client.id, terms } = actor.token;
  return { sub: terms?.subject ?? userId, clientId: client.id, ...chain };
}

/**
 * Rejects a bound token in a request without a proof, because the new token would work without any
 * key. The key may be another one: the client has authenticated itself, and the server of a
 * resource doesn't have that of the client before it.
 */
function requireProof({ boundTo }: GrantInput, { terms }: Pick<AccessToken, "terms">): void {
  if (terms?.dpopJkt !== undefined && boundTo === undefined)
    throw badProof("is missing: a bound token is exchanged for bound ones only (RFC 9449)");
}

/**
 * Returns what the new token is for. Without `resource` and `audience` it is for the same
 * resources.
 */
async function targetsOf(
  { client, request, resourceTargets }: GrantInput,
  subject: Subject,
): Promise<readonly Resource[]> {
  const { resources, isOwn } = await resourceTargets.find([
    ...request.resource,
    ...request.audience,
  ]);
  if (isOwn && subject.resources.length > 0)
    // A resource must not get at this server's own APIs by the tokens that it is shown.
    throw new IdentityError("TARGET_INVALID", "subject_token is not for this server.");
  if (resources.length === 0) return subject.resources;
  requireMachineClient(
    client.id,
    resources.filter(({ id }) => !subject.resources.some((each) => each.id === id)),
  );
  return resources;
}

function termsOf(
  { client, boundTo }: GrantInput,
  { token }: Subject,
  { actor, resources, details }: DetailedTargets & { readonly actor: Actor | undefined },
): Terms {
  const { authTime, amr, sessionId, subject, subjectClients = [] } = token.terms ?? {};
  const isOther = token.clientId !== client.id;
  const clients = isOther ? [...new Set([...subjectClients, token.clientId])] : subjectClients;
  return {
    ...(authTime !== undefined && { authTime }),
    ...(amr !== undefined && { amr }),
    ...(sessionId !== undefined && { sessionId }),
    // The next resource knows the user as this one does, and no client learns another identifier.
    ...(subject !== undefined && { subject }),
    ...(resources.length > 0 && { audience: resources.map(({ uri }) => uri) }),
    ...(details.length > 0 && { authorizationDetails: details }),
    ...(actor !== undefined && { actor }),
    ...(clients.length > 0 && { subjectClients: clients }),
    ...(boundTo !== undefined && { dpopJkt: boundTo }),
  };
}
