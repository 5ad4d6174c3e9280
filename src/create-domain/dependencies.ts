import type { Config } from "../config/settings.ts";
import type { RenderLetter } from "../domain/branding/letter-preview.ts";
import type { Clock } from "../domain/clock.ts";
import type { Mailer } from "../domain/email/mailer.ts";
import type { Instrumentation } from "../domain/instrumentation.ts";
import type { DocumentFetcher, Poster } from "../domain/outbound.ts";
import type { PasswordHasher } from "../domain/passwords/hasher.ts";
import type { Argon2 } from "../domain/passwords/argon2-packages.ts";
import type { PredecessorPort } from "../domain/predecessor/port.ts";
import type { PasswordVerifier } from "../domain/sign-in/verified-elsewhere.ts";
import type { Store } from "../domain/store.ts";

/** What the process gives to the domain. */
export interface DomainDependencies {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  /** Sends e-mails to users. Without it, the domain sends none. */
  readonly mailer?: Mailer;
  /** The server's secret, from which every key is derived. */
  readonly secret: string;
  /** The URL under which clients reach the server. */
  readonly issuer: string;
  readonly instrumentation?: Instrumentation | undefined;
  /** Asks the servers that APIs are taken over from; absent: none is asked. */
  readonly predecessorPort?: PredecessorPort | undefined;
  /** Asks about users who have no password here; absent: no system is asked. */
  readonly passwordVerifier?: PasswordVerifier | undefined;
  /** Requests the URLs that clients name; absent: none is requested. */
  readonly outbound?: (DocumentFetcher & Poster) | undefined;
  /** Renders letters to show them; absent: none can be shown. */
  readonly renderLetter?: RenderLetter | undefined;
  /** Hashes passwords; absent: one is made. */
  readonly hasher?: PasswordHasher | undefined;
  /** Loads what hashes passwords: by default the fastest package that works on this machine. */
  readonly loadArgon2?: (() => Promise<Argon2>) | undefined;
}
