import type { Elsewhere, IdentifierChange } from "../sign-in/elsewhere.ts";
import type { NewUser } from "../accounts/new-user.ts";
import { refuseConflict } from "../accounts/user-conflict.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { User } from "../model.ts";
import type { OriginSource } from "../origins.ts";
import type { RequestContext } from "../request-context.ts";
import { equalSecrets } from "../security/tokens.ts";
import type { Credentials } from "../sign-in/credentials.ts";
import type { Aggregates } from "../store.ts";
import type { FormerIdentifiers } from "./former-identifiers.ts";
import type { Learning } from "./learning.ts";
import type { AskedUser, PredecessorPort } from "./port.ts";
import { stageOf, type StageIdentifiers } from "./stage.ts";
import type { Stages } from "./stages.ts";

export interface FallbackDependencies {
  readonly stages: Stages;
  readonly learning: Learning;
  readonly former: FormerIdentifiers;
  readonly clock: Clock;
  readonly port: PredecessorPort;
  /** The APIs that have a predecessor, with the realm of their users. */
  readonly apis: readonly { readonly name: string; readonly realm: string }[];
}

/** An error that clients see as a fault: the documented 500 of their API. */
const unavailable = (): IdentityError =>
  new IdentityError("INTERNAL", "The server before can't be asked.");

/** The stage `fallback`: Latchkey answers, and asks the predecessor what only that can know. */
export class Fallback implements Elsewhere {
  readonly #stages: Stages;
  readonly #learning: Learning;
  readonly #former: FormerIdentifiers;
  readonly #clock: Clock;
  readonly #port: PredecessorPort;
  readonly #apis: FallbackDependencies["apis"];

  constructor(dependencies: FallbackDependencies) {
    this.#stages = dependencies.stages;
    this.#learning = dependencies.learning;
    this.#former = dependencies.former;
    this.#clock = dependencies.clock;
    this.#port = dependencies.port;
    this.#apis = dependencies.apis;
  }

  async ask(
    context: RequestContext,
    { realm, identifier, password, accId, partner }: Credentials,
    user: User | undefined,
  ): Promise<User | undefined> {
    // A user who is known here has one AccID, and only that one is asked for.
    if (user !== undefined && accId !== undefined && !equalSecrets(user.accId, accId))
      return undefined;
    // The predecessor may still have users who were deleted here, or who have another address.
    if (user === undefined && (await this.#former.hasLeft({ realm, ...identifier })))
      return undefined;
    const asked: AskedUser = {
      realm,
      username: "username" in identifier ? identifier.username : (user?.username ?? ""),
      email: "email" in identifier ? identifier.email : (user?.email ?? ""),
      accId: accId ?? user?.accId ?? "",
      password,
      address: context.address,
      partnerKey: partner?.key ?? "",
      reportedAddress: partner?.reportedAddress ?? "",
    };
    for (const { name } of this.#asked(realm, asked)) {
      const answer = await this.#port.signIn(name, asked);
      if (answer?.kind !== "accepted") continue;
      const learnt = await this.#learning.user(name, answer.user);
      if (learnt !== undefined) return learnt;
    }
    return undefined;
  }

  async register(context: RequestContext, input: NewUser): Promise<OriginSource | undefined> {
    const { realm, email, username, accId = "", password, api, registeredBy } = input;
    // No other server registers a user without a password.
    if (input.given?.hasNoPassword === true) return undefined;
    const asked: AskedUser = {
      realm,
      username,
      email,
      accId,
      password,
      device: input.device,
      address: context.address,
      partnerKey: registeredBy?.key ?? "",
      reportedAddress: registeredBy?.ip ?? "",
    };
    let source: OriginSource | undefined;
    for (const { name } of this.#asked(realm, asked)) {
      if (api !== undefined && api !== name) continue;
      const answer = await this.#port.register(name, asked);
      if (answer === undefined) continue;
      if (answer.kind === "unavailable") throw unavailable();
      if (answer.kind === "refused") {
        if (answer.isTaken) refuseConflict("email");
        throw answer.isLocked
          ? new IdentityError("USER_LOCKED", "The user is locked.")
          : unavailable();
      }
      source = `learned:${name}`;
    }
    return source;
  }

  async delete(context: RequestContext, user: User): Promise<void> {
    for (const { name } of this.#asked(user.realm, user))
      if ((await this.#end(name, "deletion", context, user)) === false) throw unavailable();
  }

  async signOut(context: RequestContext, user: User): Promise<void> {
    for (const { name } of this.#asked(user.realm, user))
      await this.#end(name, "sign-out", context, user);
  }

  /**
   * Learns the pair that the predecessor gives a new developer; false when it gives none. Rejects
   * when it can't be asked, since both would give a pair.
   */
  makePair(api: string, context: RequestContext, user: User): Promise<boolean> {
    return this.#pair(api, context, user, true);
  }

  /** Learns the pair that the predecessor has for the user; false when none is known. */
  findPair(api: string, context: RequestContext, user: User): Promise<boolean> {
    return this.#pair(api, context, user, false);
  }

  async #pair(
    api: string,
    { address }: RequestContext,
    user: User,
    makes: boolean,
  ): Promise<boolean> {
    if (!this.#asked(user.realm, user).some(({ name }) => name === api)) return false;
    const { realm, username, email } = user;
    const pair = await this.#port.pair(api, { username, email, address }, makes);
    if (pair === "unavailable" && makes) throw unavailable();
    if (pair === undefined || pair === "unavailable") return false;
    const fact = { kind: "secret-pair", realm, username, email, ...pair } as const;
    await this.#learning.learn(api, fact, this.#clock.now());
    return true;
  }

  leave(tx: Aggregates, user: User, change?: IdentifierChange): Promise<void> {
    return this.#former.leave(tx, user, this.#clock.now(), change);
  }

  #end(
    api: string,
    kind: "sign-out" | "deletion",
    { address }: RequestContext,
    { email, accId }: User,
  ): Promise<boolean | undefined> {
    return this.#port.end(api, kind, { email, accId, address });
  }

  /** Returns the APIs of a realm whose predecessor is asked about a user. */
  #asked(realm: string, identifiers: StageIdentifiers): FallbackDependencies["apis"] {
    return this.#apis.filter((api) => {
      const setting = this.#stages.of(api.name);
      const stage = stageOf(setting, identifiers);
      // A call names its user by the name or by the address, so a share may have left the call
      // here and not the user: the predecessor must know what it has done all the same.
      const isMixed = stage === "mirror" && setting.stage === "fallback";
      return api.realm === realm && (stage === "fallback" || isMixed);
    });
  }
}
