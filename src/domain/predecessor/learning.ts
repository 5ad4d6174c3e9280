import { emailKey, parseEmail } from "../accounts/email-address.ts";
import { findWithOrigin } from "../accounts/find-user.ts";
import { newUser } from "../accounts/new-user.ts";
import type { UserWithOrigin } from "../accounts/store.ts";
import { checkUsername } from "../accounts/usernames.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import type { Session, User } from "../model.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import { isLongPassword } from "../passwords/policy.ts";
import { networkOf } from "../security/networks.ts";
import { ownWork } from "../security/concurrency-limiter.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import { equalSecrets, hashToken } from "../security/tokens.ts";
import { SESSION_MS } from "../sessions/sessions.ts";
import type { Aggregates, Store } from "../store.ts";
import { type Fact, LEARNING, type LearntUser } from "./facts.ts";
import type { FormerIdentifiers } from "./former-identifiers.ts";
import type { LearntKeys } from "./learnt-keys.ts";
import { hasPasswordOfOurs } from "./ownership.ts";

export interface LearningDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly rateLimiter: SignInRateLimiter;
  readonly learntKeys: LearntKeys;
  readonly former: FormerIdentifiers;
}

/**
 * Makes ours what the predecessor's answers show. Each fact is stored whole or not at all, and the
 * same fact twice changes nothing. A password that a user has chosen here is never replaced.
 */
export class Learning {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #rateLimiter: SignInRateLimiter;
  readonly #learntKeys: LearntKeys;
  readonly #former: FormerIdentifiers;

  constructor(dependencies: LearningDependencies) {
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
    this.#hasher = dependencies.hasher;
    this.#rateLimiter = dependencies.rateLimiter;
    this.#learntKeys = dependencies.learntKeys;
    this.#former = dependencies.former;
  }

  /** Learns a fact of an answer that came `at` a time. */
  async learn(api: string, fact: Fact, at: number): Promise<void> {
    switch (fact.kind) {
      case "user":
        return void (await this.user(api, fact, at));
      case "wrong-password":
        return this.#wrongPassword(fact);
      case "sign-out":
        return this.#signOut(fact, at);
      case "deletion":
        return this.#delete(fact, at);
      case "secret-pair":
        return this.#pair(api, fact);
      case "partner-key":
        return this.#learntKeys.partnerKey(api, fact.key);
      default:
        return this.#learntKeys.accessKey(api, fact);
    }
  }

  /**
   * Stores a user whose password was shown to be right `at` a time; returns the user as stored. A
   * user who left the address here, or was deleted since that time, is not stored again.
   */
  async user(api: string, fact: LearntUser, at = this.#clock.now()): Promise<User | undefined> {
    const found = await this.#find(fact);
    if (isLongPassword(fact.password) || fact.password === "") return found?.user;
    if (found !== undefined && hasPasswordOfOurs(found)) return found.user;
    const ends = await this.#former.ends(fact);
    if ((ends.deletion ?? -Infinity) >= at) return undefined;
    if (found === undefined && (await this.#former.wasLeft(fact))) return undefined;
    const user =
      found === undefined
        ? await this.#create(api, fact)
        : await this.#renew(api, found.user, fact);
    const hasEnded = (ends["sign-out"] ?? -Infinity) >= at;
    if (user !== undefined)
      await this.#signedIn(api, user, hasEnded ? { ...fact, token: undefined } : fact);
    return user;
  }

  /** Stores what a sign-in leaves besides the user: the check of the password, and its session. */
  async #signedIn(api: string, user: User, { address, token }: LearntUser): Promise<void> {
    // kokids' proof of a deletion is a recent check of the password from the same network.
    const record = async ({ passwordChecks }: Pick<Aggregates, "passwordChecks">) => {
      if (address !== undefined)
        await passwordChecks.record(user.id, networkOf(address), this.#clock.now());
    };
    if (token === undefined) return record(this.#store);
    const session = this.#sessionOf(api, user, token);
    await this.#store.transaction(async (tx) => {
      await record(tx);
      if (!(await tx.users.hold(user.id, user.epoch))) return;
      if ((await tx.sessions.findByToken(session.tokenHash)) === undefined)
        await tx.sessions.insert(session);
    });
  }

  /**
   * Finds the user of a fact by the address; by the name when there is none, or when its user has
   * left it here.
   */
  async #find({
    realm,
    email,
    username,
  }: Omit<LearntUser, "password" | "accId">): Promise<UserWithOrigin | undefined> {
    const { users } = this.#store;
    if (emailKey(email) !== undefined) {
      const found = await findWithOrigin(users, realm, { email });
      if (found !== undefined || username === "") return found;
      if (!(await this.#former.wasLeft({ realm, email }))) return undefined;
    }
    return username === "" ? undefined : findWithOrigin(users, realm, { username });
  }

  async #create(api: string, fact: LearntUser): Promise<User | undefined> {
    const email = fact.email === "" ? { address: "", key: "" } : readEmail(fact.email);
    const username = readUsername(fact.username);
    if (email === undefined || (email.key === "" && username === "")) return undefined;
    const passwordHash = await this.#hash(fact.password);
    const { realm, accId } = fact;
    const user = newUser(this.#clock, {
      realm,
      username,
      email: email.address,
      emailKey: email.key,
      accId,
      passwordHash,
    });
    const insert = (named: User): Promise<boolean> =>
      this.#store.transaction(async (tx) => {
        if ((await tx.users.insert(named)) !== undefined) return false;
        await this.#mark(tx, api, named);
        if (fact.device !== undefined)
          await tx.devices.record({ ...fact.device, userId: named.id, seenAt: named.createdAt });
        return true;
      });
    if (await insert(user)) return user;
    // Another call has learnt the user meanwhile, or another user has the name.
    const other = await this.#find(fact);
    if (other !== undefined) return other.user;
    const unnamed = { ...user, username: "" };
    return email.key !== "" && (await insert(unnamed)) ? unnamed : undefined;
  }

  /** Gives a user who was learnt or imported the password that the predecessor accepts now. */
  async #renew(api: string, user: User, fact: LearntUser): Promise<User | undefined> {
    const verdict = await this.#hasher.withPlace(ownWork, (place) =>
      place.verify(user.passwordHash || undefined, fact.password),
    );
    if (verdict.matches && verdict.stronger === undefined) return user;
    const passwordHash = verdict.stronger ?? (await this.#hash(fact.password));
    await this.#store.transaction(async (tx) => {
      if (await tx.users.rehash(user.id, user.passwordHash, passwordHash))
        await this.#mark(tx, api, user);
    });
    return { ...user, passwordHash };
  }

  /** Counts the attempt as a wrong one, and forgets a learnt password that is refused now. */
  async #wrongPassword(fact: Extract<Fact, { kind: "wrong-password" }>): Promise<void> {
    const found = await this.#find(fact);
    if (found === undefined || isLongPassword(fact.password)) return;
    const { user } = found;
    const attempt = { account: user.id, address: fact.address, known: false };
    // In `mirror` the limits only count: a full counter is no error.
    const isWrong = (): Promise<undefined> => Promise.resolve(undefined);
    if (fact.isCounted !== true)
      await this.#rateLimiter.check(attempt, isWrong).catch(() => undefined);
    if (user.passwordHash === "" || hasPasswordOfOurs(found)) return;
    const { matches } = await this.#hasher.withPlace(ownWork, (place) =>
      place.verify(user.passwordHash, fact.password),
    );
    if (matches && equalSecrets(user.accId, fact.accId || user.accId))
      await this.#store.users.rehash(user.id, user.passwordHash, "");
  }

  #signOut(fact: EndFact, at: number): Promise<void> {
    const end: EndOf = (tx, { id }, now) => tx.users.endAccess(id, now);
    return this.#end(fact, at, end, "user.sign_out");
  }

  #delete(fact: EndFact, at: number): Promise<void> {
    const end: EndOf = (tx, { id }, now) => tx.users.delete(id, now);
    return this.#end(fact, at, end, "user.delete");
  }

  async #end(
    fact: EndFact,
    at: number,
    end: EndOf,
    type: "user.sign_out" | "user.delete",
  ): Promise<void> {
    const user = (await this.#find({ ...fact, username: "" }))?.user;
    await this.#store.transaction(async (tx) => {
      // Another process may learn a sign-in before it only later.
      await this.#former.end(tx, fact.kind, fact, at);
      if (user === undefined || user.administrator || !equalSecrets(user.accId, fact.accId)) return;
      if (!(await end(tx, user, this.#clock.now()))) return;
      const details = { learnt: "true" };
      await tx.audit.append(auditEvent(this.#clock, LEARNING, type, { userId: user.id, details }));
    });
  }

  async #pair(api: string, fact: Extract<Fact, { kind: "secret-pair" }>): Promise<void> {
    const found = await this.#find(fact);
    if (found !== undefined) await this.#learntKeys.secretPair(api, found.user, fact);
  }

  #sessionOf(
    api: string,
    { id: userId, epoch }: User,
    { text, expiresAt }: NonNullable<LearntUser["token"]>,
  ): Session {
    const now = this.#clock.now();
    return {
      id: newId(this.#clock),
      userId,
      epoch,
      api,
      tokenHash: hashToken(text),
      userAgent: "",
      address: "",
      createdAt: now,
      lastUsedAt: now,
      expiresAt: Math.min(expiresAt ?? Infinity, now + SESSION_MS),
      hasForeignToken: true,
    };
  }

  async #mark(tx: Aggregates, api: string, { id, updatedAt: at }: User): Promise<void> {
    await tx.origins.insert([{ kind: "user", ref: id, source: `learned:${api}`, at, mark: "" }]);
    const details = { api };
    await tx.audit.append(auditEvent(this.#clock, LEARNING, "user.learn", { userId: id, details }));
  }

  #hash(password: string): Promise<string> {
    return this.#hasher.withPlace(ownWork, (place) => place.hash(password));
  }
}

type EndFact = Extract<Fact, { kind: "sign-out" | "deletion" }>;

/** Ends the access of a user; returns false when there is nothing to end. */
type EndOf = (tx: Aggregates, user: User, now: number) => Promise<boolean>;

function readEmail(text: string): { address: string; key: string } | undefined {
  try {
    return parseEmail(text);
  } catch {
    return undefined;
  }
}

/** Returns a name that we can keep; another one is left out. */
function readUsername(text: string): string {
  try {
    return checkUsername(text);
  } catch {
    return "";
  }
}
