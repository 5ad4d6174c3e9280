// OpenID Connect Back-Channel Logout 1.0.
import type { Clock } from "../../clock.ts";
import { MINUTE, SECOND, inSeconds } from "../../durations.ts";
import { newId } from "../../ids.ts";
import type { Client } from "../../model.ts";
import { OutboundError, type Poster } from "../../outbound.ts";
import type { Store } from "../../store.ts";
import { idTokenAlgorithm } from "../openid/id-tokens.ts";
import type { Subjects } from "../openid/subjects.ts";
import type { JwtSigner } from "../tokens/jwt-signer.ts";
import type { DueLogout, SessionClient } from "./store.ts";

/** How long a logout token is valid: section 4 advises at most two minutes. */
const TOKEN_MS = 2 * MINUTE;
/** The event of a logout, section 2.4. */
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
/** How long after each try the next one begins: for about an hour, and longer than one takes. */
const PAUSES_MS = [15 * SECOND, 30 * SECOND, ...[1, 2, 4, 8, 15, 30].map((each) => each * MINUTE)];
/** How many are sent at once. */
const BATCH = 32;
const POLL_MS = SECOND;

/** What became of one try to tell a client. */
export interface LogoutReport {
  readonly clientId: string;
  /** `failed` is tried again, and `given-up` is not. */
  readonly outcome: "sent" | "failed" | "given-up";
  /** How many tries there were. */
  readonly tries: number;
  /** The status that the client answered, or why it gave no answer; empty if it took the token. */
  readonly reason: string;
}

interface BackChannelDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly issuer: string;
  readonly signer: JwtSigner;
  readonly subjects: Subjects;
  /** Absent: nothing is sent. */
  readonly poster: Poster | undefined;
}

/** Tells clients that a session of theirs has ended. */
export class BackChannelLogout {
  readonly #dependencies: BackChannelDependencies;

  constructor(dependencies: BackChannelDependencies) {
    this.#dependencies = dependencies;
  }

  /** Sends what is due once, until nothing is due or `isStopped`. */
  async run(report: (facts: LogoutReport) => void, isStopped = () => false): Promise<void> {
    const { store, clock } = this.#dependencies;
    for (;;) {
      const due = isStopped() ? [] : await store.sessionClients.due(clock.now(), BATCH);
      const settled = await Promise.allSettled(due.map((each) => this.#settle(each, report)));
      const failed = settled.find((each) => each.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      if (due.length < BATCH) return;
    }
  }

  /** Sends what is due, once a second, until the returned function is called. */
  follow(report: (facts: LogoutReport) => void, onFault: (error: unknown) => void): () => void {
    let isStopped = false;
    let timer: NodeJS.Timeout | undefined;
    const next = async (): Promise<void> => {
      await this.run(report, () => isStopped).catch(onFault);
      if (!isStopped) timer = setTimeout(() => void next(), POLL_MS).unref();
    };
    timer = setTimeout(() => void next(), POLL_MS).unref();
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }

  async #settle(due: DueLogout, report: (facts: LogoutReport) => void): Promise<void> {
    const { store, clock } = this.#dependencies;
    if (due.isLive) return store.sessionClients.settle(due);
    const client = await store.clients.find(due.clientId);
    const uri =
      client?.disabledAt === undefined ? client?.settings.backchannelLogoutUri : undefined;
    if (client === undefined || uri === undefined) return store.sessionClients.delete(due);
    const pause = PAUSES_MS[due.tries];
    // The claim of the last try only keeps other processes away.
    const nextAt = clock.now() + (pause ?? MINUTE);
    if (!(await store.sessionClients.claim(due, nextAt))) return;
    const reason = await this.#send(client, due, uri);
    const outcome = reason === "" ? "sent" : pause === undefined ? "given-up" : "failed";
    if (outcome !== "failed") await store.sessionClients.delete(due);
    report({ clientId: client.id, outcome, tries: due.tries + 1, reason });
  }

  /** Posts a logout token (section 2.5). Returns why the client didn't take it. */
  async #send(client: Client, sessionClient: SessionClient, uri: string): Promise<string> {
    const { poster } = this.#dependencies;
    const token = await this.#tokenFor(client, sessionClient);
    try {
      // The answer may be 204, as section 2.8 says of some frameworks.
      const status = (await poster?.post(uri, { logout_token: token })) ?? 0;
      return status === 200 || status === 204 ? "" : String(status);
    } catch (error) {
      if (error instanceof OutboundError) return error.failure;
      throw error;
    }
  }

  /** Returns a logout token, section 2.4: with `sub` and `sid`, and never with a nonce. */
  #tokenFor(client: Client, { userId, sessionId }: SessionClient): Promise<string> {
    const { clock, issuer, signer, subjects } = this.#dependencies;
    const iat = inSeconds(clock.now());
    const claims = {
      iss: issuer,
      aud: client.id,
      iat,
      exp: iat + TOKEN_MS / 1000,
      jti: newId(clock),
      events: { [EVENT]: {} },
      sub: subjects.subjectOf(client, userId),
      sid: subjects.sidOf(sessionId, client.id),
    };
    return signer.sign(idTokenAlgorithm(client), claims, "logout+jwt");
  }
}
