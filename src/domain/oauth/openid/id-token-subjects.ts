import type { Clock } from "../../clock.ts";
import type { Sessions } from "../../sessions/sessions.ts";
import type { Store } from "../../store.ts";
import type { AccessTokens, LiveAccessToken } from "../tokens/access-tokens.ts";
import type { IdTokenHint, IdTokenHints } from "./id-token-hints.ts";
import type { SubjectClient, Subjects } from "./subjects.ts";

interface IdTokenSubjectsDependencies {
  readonly store: Pick<Store, "sessions">;
  readonly clock: Clock;
  readonly hints: IdTokenHints;
  readonly subjects: Subjects;
  readonly sessions: Pick<Sessions, "isLive">;
  readonly accessTokens: AccessTokens;
}

/** What an ID token stands for while its session lasts. */
interface IdTokenSubject extends LiveAccessToken {
  readonly sessionId: string;
}

/** Finds what the ID tokens of clients stand for in an exchange (RFC 8693). */
export class IdTokenSubjects {
  readonly #dependencies: IdTokenSubjectsDependencies;

  constructor(dependencies: IdTokenSubjectsDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Returns the access token that came with an ID token of the client, which bounds what the client
   * may have by it. It ends with the ID token. Undefined: the ID token is of another client or of
   * another server, it has expired, or its session or its access token has ended.
   */
  async find(client: SubjectClient, text: string): Promise<IdTokenSubject | undefined> {
    const { clock, hints, accessTokens } = this.#dependencies;
    const idToken = await hints.read(text);
    if (idToken === undefined || idToken.aud !== client.id) return undefined;
    if (idToken.expiresAt <= clock.now()) return undefined;
    const found = await accessTokens.findByHalf(idToken.accessTokenHalf);
    const sessionId = found && (await this.#sessionOf(client, idToken, found));
    if (found === undefined || sessionId === undefined) return undefined;
    const expiresAt = Math.min(idToken.expiresAt, found.token.expiresAt ?? Infinity);
    return { ...found, sessionId, token: { ...found.token, expiresAt } };
  }

  /** Returns the session of both tokens while it is live. */
  async #sessionOf(
    client: SubjectClient,
    { sub, sid }: IdTokenHint,
    { token, user }: LiveAccessToken,
  ): Promise<string | undefined> {
    const { store, sessions, subjects } = this.#dependencies;
    const id = token.terms?.sessionId;
    if (id === undefined || user === undefined || token.clientId !== client.id) return undefined;
    if (sid !== subjects.sidOf(id, client.id)) return undefined;
    if (sub !== subjects.subjectOf(client, user.id)) return undefined;
    const session = await store.sessions.find(id);
    return session !== undefined && sessions.isLive(session, user) ? id : undefined;
  }
}
