import type { Clock } from "../clock.ts";
import { HOUR } from "../durations.ts";
import { type Mailer, news } from "../email/mailer.ts";
import type { User } from "../model.ts";
import type { RequestContext } from "../request-context.ts";
import type { Store } from "../store.ts";

/** A user gets one such letter an hour at most. */
const LETTER_LIMIT = { tries: 1, windowMs: HOUR };
/** How many sessions are looked through for the same browser. */
const MOST_SESSIONS = 100;

interface NewDeviceDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailer: Mailer;
}

/** Returns a User-Agent without its versions, which change with every update. */
const familyOf = (userAgent: string): string => userAgent.replaceAll(/[\d._]+/g, "");

/**
 * Sends a letter after a sign-in from a device that the user is not known to have: from a network
 * in which no password of the user was right before, and with a User-Agent that no other session of
 * the user has. The first sign-in of a user has nothing to be compared with, so it sends none.
 */
export class NewDeviceLetters {
  readonly #dependencies: NewDeviceDependencies;

  constructor(dependencies: NewDeviceDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Is called when a user has signed in from a new network; the session is not older than `at`.
   * Everything happens after the answer.
   */
  signedIn(context: RequestContext, user: User, at: number): void {
    if (user.emailVerifiedAt === undefined) return;
    const { store, clock, mailer } = this.#dependencies;
    const { userAgent } = context;
    mailer.enqueue(async () => {
      const networks = await store.passwordChecks.networks(user.id);
      if (networks.length < 2 || (await this.#isKnown(user, userAgent, at))) return undefined;
      const { tries, windowMs } = LETTER_LIMIT;
      const key = `email:new-device:${user.id}`;
      const hasEnough = (await store.attempts.take(key, tries, windowMs, clock.now())) > 0;
      return hasEnough ? undefined : news(clock, context, "new-device", user);
    });
  }

  /** Returns whether an older session has the same User-Agent. The new one is stored already. */
  async #isKnown({ id, epoch }: User, userAgent: string, at: number): Promise<boolean> {
    const { sessions } = this.#dependencies.store;
    const found = await sessions.list(id, epoch, at, { limit: MOST_SESSIONS });
    const family = familyOf(userAgent);
    return found.some((each) => each.createdAt < at && familyOf(each.userAgent) === family);
  }
}
