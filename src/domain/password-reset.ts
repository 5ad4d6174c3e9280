// A new password for whoever has forgotten the old one. It owns the way by a link in a letter, and the silence about who is
// registered, and must not know what the pages look like.
import { auditEvent } from "./audit.ts";
import type { Context } from "./caller.ts";
import { networkOf, requesterOf } from "./caller.ts";
import type { Clock } from "./clock.ts";
import type { Letters } from "./letters.ts";
import { tell } from "./letters.ts";
import type { MailLinks } from "./mail-links.ts";
import type { User } from "./model.ts";
import { emailKey, parseEmail } from "./names.ts";
import type { PasswordHasher } from "./passwords.ts";
import { checkNewPassword } from "./passwords.ts";
import type { Store } from "./store.ts";
import type { SignInThrottle } from "./throttle.ts";
import { countTry } from "./throttle.ts";
import { stateAt } from "./users.ts";

const WINDOW_MS = 15 * 60_000;
/** From one network; offices and schools share one. */
const PER_NETWORK = { tries: 60, windowMs: WINDOW_MS };
/** For one address, whether anybody has it or not. */
const PER_ADDRESS = { tries: 5, windowMs: WINDOW_MS };

export class PasswordReset {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #throttle: SignInThrottle;
  readonly #links: MailLinks;
  readonly #letters: Letters;

  constructor(store: Store, clock: Clock, hasher: PasswordHasher, throttle: SignInThrottle, links: MailLinks, letters: Letters) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#throttle = throttle;
    this.#links = links;
    this.#letters = letters;
  }

  /** Has a link sent to the user with this address, if there is one: who asks learns nothing of that, nor does a clock. */
  async request(context: Context, realm: string, email: string): Promise<void> {
    const { key } = parseEmail(email);
    this.#letters.requirePlace();
    await countTry(this.#store, this.#clock, `password-reset:network:${networkOf(context.address)}`, PER_NETWORK);
    await countTry(this.#store, this.#clock, `password-reset:address:${realm}:${key}`, PER_ADDRESS);
    this.#letters.post(async () => {
      const user = await this.#store.users.findByEmail(realm, key);
      // To the address that was registered: one that only compares as equal may be another mailbox.
      return user === undefined || stateAt(user, this.#clock.now()) !== "active" ? undefined : this.#links.write(context, user, "reset-password");
    });
  }

  /** The user whose password the token can change. Programs that look at the links in letters do no harm by it. */
  async find(token: string): Promise<User | undefined> {
    return (await this.#links.find(token, "reset-password"))?.user;
  }

  /** Sets the new password, once for each link; every session and token ends. Answers nothing when the token changes nobody's. */
  async reset(context: Context, token: string, newPassword: string): Promise<User | undefined> {
    const found = await this.#links.find(token, "reset-password");
    if (found === undefined) return undefined;
    const { link, user } = found;
    checkNewPassword(newPassword, user);
    const passwordHash = await this.#hasher.withPlace(requesterOf(context, user.emailKey), (place) => place.hash(newPassword));
    const now = this.#clock.now();
    const changed = await this.#store.transaction(async (tx) => {
      if (!(await tx.mailLinks.redeem(link.hash))) return false;
      // Whatever has ended the user's access while the password was hashed has also ended this.
      const epoch = await tx.users.setPassword(user.id, passwordHash, now, link.epoch);
      if (epoch === undefined) return false;
      await tx.users.verifyEmail(user.id, emailKey(link.email) ?? "", epoch, now);
      // Whoever has just set the password knows it, and starts anew from here.
      await tx.passwordChecks.record(user.id, networkOf(context.address), now);
      await this.#throttle.forget(tx, user.id, context.address);
      await tx.audit.append(auditEvent(this.#clock, context, "user.reset_password", { userId: user.id }));
      return true;
    });
    if (!changed) return undefined;
    tell(this.#letters, this.#clock, context, "password-changed", user.email);
    return user;
  }
}
