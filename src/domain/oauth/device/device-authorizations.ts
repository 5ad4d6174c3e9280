import { act } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { isOver, MINUTE, SECOND } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { Client, Session, User } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { networkOf } from "../../security/networks.ts";
import { countTry } from "../../security/rate-limit.ts";
import type { SignedValues } from "../../security/signed-values.ts";
import { hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import type { Store } from "../../store.ts";
import { signInTerms } from "../authorization/authorization-service.ts";
import { shownConsent, shownDigest, type ShownConsent } from "../authorization/shown-consent.ts";
import type { ClientAuthentication, ClientCredentials } from "../clients/client-authentication.ts";
import type { Realms } from "../clients/realms.ts";
import { isUserScope, narrowScopes } from "../clients/scopes.ts";
import { canonicalJson, typesOf } from "../details/detail.ts";
import { detailsAt } from "../details/details-at.ts";
import { requestedTargets } from "../details/requested-targets.ts";
import { DEVICE_CODE } from "../grant-types.ts";
import { lifetimeOf } from "../grants/issue.ts";
import { consentScopes } from "../resources/scopes-for.ts";
import { type ResourceTargets, scopeNamesOf } from "../resources/targets.ts";
import type { DeviceAuthorization } from "./device-authorization.ts";
import { newUserCode, readUserCode, shownUserCode } from "./user-codes.ts";

const LIFETIME_MS = 15 * MINUTE;
const INTERVAL_MS = 5 * SECOND;
const DECISION_MS = 15 * MINUTE;
/** RFC 8628 section 5.1: with 34 bits, a guess then succeeds once in millions of years. */
const TYPED = { tries: 20, windowMs: 10 * MINUTE };
const TYPED_BY_NETWORK = { tries: 100, windowMs: 10 * MINUTE };
const STARTED = { tries: 60, windowMs: 10 * MINUTE };
const PURPOSE = "device-decision";

/** What a device asks for, RFC 8628 section 3.1. */
interface DeviceRequest {
  readonly scope: string;
  readonly resource: readonly string[];
  readonly authorizationDetails: string;
}

/** What a device gets, RFC 8628 section 3.2. */
export interface StartedDevice {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly lifetimeMs: number;
  readonly intervalMs: number;
}

/** The question to the user, and the signed decision that the answer must contain. */
export interface DeviceQuestion {
  readonly shown: ShownConsent;
  readonly decision: string;
}

interface Decision {
  readonly hash: string;
  readonly sessionId: string;
  readonly shown: string;
}

interface SignedInUser {
  readonly user: User;
  readonly session: Session;
}

interface DeviceAuthorizationsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly clientAuthentication: ClientAuthentication;
  readonly realms: Realms;
  readonly resourceTargets: ResourceTargets;
  readonly signedValues: SignedValues;
  readonly issuer: string;
}

/** Device authorization, RFC 8628: the endpoint of the device and the answer of the user. */
export class DeviceAuthorizations {
  readonly #of: DeviceAuthorizationsDependencies;

  constructor(dependencies: DeviceAuthorizationsDependencies) {
    this.#of = dependencies;
  }

  /** Starts an authorization for a device of the client. */
  async start(
    context: RequestContext,
    credentials: ClientCredentials,
    request: DeviceRequest,
  ): Promise<StartedDevice> {
    const { store, clock, clientAuthentication, realms, resourceTargets, issuer } = this.#of;
    const client = await clientAuthentication.authenticate(context, credentials);
    if (!client.grantTypes.includes(DEVICE_CODE) || realms.of(client) === undefined)
      throw new IdentityError(
        "CLIENT_UNAUTHORIZED",
        `The client may not use device codes: its grant types lack ${DEVICE_CODE}.`,
      );
    await countTry(store, clock, `device:${client.id} ${networkOf(context.address)}`, STARTED);
    const asked = { client, ...request };
    const { resources, details } = await requestedTargets(resourceTargets, asked);
    const allowed = [...client.scopes.filter(isUserScope), ...scopeNamesOf(resources)];
    const isLimited = details.length > 0 && request.scope === "";
    const scopes = isLimited ? [] : narrowScopes(request.scope, allowed);
    const deviceCode = newToken(clock, PREFIX.device);
    for (;;) {
      const now = clock.now();
      const authorization = {
        hash: hashToken(deviceCode),
        userCode: newUserCode(clock),
        clientId: client.id,
        scopes,
        audience: resources.map(({ uri }) => uri),
        details,
        createdAt: now,
        expiresAt: now + LIFETIME_MS,
        intervalMs: INTERVAL_MS,
      };
      if (!(await store.deviceAuthorizations.insert(authorization))) continue;
      return {
        deviceCode,
        userCode: shownUserCode(authorization.userCode),
        verificationUri: `${issuer}/device`,
        lifetimeMs: LIFETIME_MS,
        intervalMs: INTERVAL_MS,
      };
    }
  }

  /**
   * Returns what a device asks for; undefined for a code that is unknown, has expired or was
   * answered, or is of a client for users of another realm. Limits how many codes a user tries.
   */
  async ask(
    context: RequestContext,
    signedIn: SignedInUser,
    text: string,
  ): Promise<DeviceQuestion | undefined> {
    const { store, clock, signedValues } = this.#of;
    const code = readUserCode(text);
    if (code === undefined) return undefined;
    await countTry(store, clock, `device-code:${signedIn.user.id}`, TYPED);
    await countTry(store, clock, `device-code:${networkOf(context.address)}`, TYPED_BY_NETWORK);
    const found = await store.deviceAuthorizations.findByUserCode(code);
    const shown = found && (await this.#shown(found, signedIn.user))?.shown;
    if (found === undefined || shown === undefined) return undefined;
    const decision: Decision = {
      hash: found.hash,
      sessionId: signedIn.session.id,
      shown: shownDigest(shown),
    };
    return { shown, decision: signedValues.sign(PURPOSE, decision, DECISION_MS) };
  }

  /**
   * Takes the answer of the user. Returns false if the question has been answered or has expired,
   * was put to another session, or is another one by now.
   */
  async decide(
    context: RequestContext,
    { user, session }: SignedInUser,
    text: string,
    agrees: boolean,
  ): Promise<boolean> {
    const { store, clock, signedValues } = this.#of;
    const decision = signedValues.open<Decision>(PURPOSE, text);
    if (decision === undefined || decision.sessionId !== session.id) return false;
    const found = await store.deviceAuthorizations.find(decision.hash);
    const asked = found && (await this.#shown(found, user));
    if (found === undefined || asked === undefined) return false;
    if (!agrees) return store.deviceAuthorizations.deny(found.hash, clock.now());
    if (shownDigest(asked.shown) !== decision.shown) return false;
    return this.#approve(context, user, found, asked);
  }

  /** Records the consent and the answer in one transaction, or neither. */
  async #approve(
    context: RequestContext,
    user: User,
    found: DeviceAuthorization,
    { client, scopes }: Asked,
  ): Promise<boolean> {
    const { store, clock } = this.#of;
    const now = clock.now();
    try {
      await act(store, context.caller, async (tx) => {
        const grant = await tx.grants.agree({
          id: newId(clock),
          userId: user.id,
          clientId: client.id,
          groupId: 0n,
          scopes,
          lifetimeMs: lifetimeOf(client),
          createdAt: now,
          lastUsedAt: now,
        });
        const terms = {
          ...signInTerms(context.caller, found.scopes, ""),
          ...(found.audience.length > 0 && { audience: found.audience }),
          ...(found.details.length > 0 && { authorizationDetails: found.details }),
        };
        const approval = {
          userId: user.id,
          epoch: user.epoch,
          grantId: grant.id,
          familyId: newId(clock),
          terms,
        };
        if (!(await tx.deviceAuthorizations.approve(found.hash, approval, now)))
          throw new AnsweredAlready();
        await tx.audit.append(
          auditEvent(clock, context, "grant.agree", {
            userId: user.id,
            clientId: client.id,
            details: {
              api: "identity",
              scope: scopes.join(" "),
              device: "true",
              ...(found.details.length > 0 && {
                authorization_details_types: typesOf(found.details).join(" "),
              }),
            },
          }),
        );
      });
      return true;
    } catch (error) {
      if (error instanceof AnsweredAlready) return false;
      throw error;
    }
  }

  /** Returns what a user is asked about a device that waits. */
  async #shown(found: DeviceAuthorization, user: User): Promise<Asked | undefined> {
    const { store, clock, realms, resourceTargets } = this.#of;
    const isAnswered = found.approval !== undefined || found.deniedAt !== undefined;
    if (isAnswered || isOver(found, clock.now())) return undefined;
    const client = await store.clients.find(found.clientId);
    if (client === undefined || client.disabledAt !== undefined) return undefined;
    const realm = realms.of(client);
    if (realm === undefined || !realms.admits(client, user)) return undefined;
    const resources = await resourceTargets.of(found.audience);
    if (resources.length < found.audience.length) return undefined;
    const { details } = detailsAt(found.details, resources);
    if (canonicalJson(details) !== canonicalJson(found.details)) return undefined;
    const shown = shownConsent(
      {
        client,
        realm,
        destination: "",
        scopes: found.scopes,
        resources,
        details,
        lifetime: lifetimeOf(client),
      },
      user,
      undefined,
    );
    return { client, shown, scopes: consentScopes(found.scopes, resources, details) };
  }
}

/** What a user is asked, and what the consent then remembers. */
interface Asked {
  readonly client: Client;
  readonly shown: ShownConsent;
  readonly scopes: readonly string[];
}

/** Another answer to the same question was first, or the device has stopped waiting. */
class AnsweredAlready extends Error {
  override readonly name = "AnsweredAlready";
}
