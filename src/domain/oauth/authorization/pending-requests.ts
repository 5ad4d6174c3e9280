import { MINUTE } from "../../durations.ts";
import type { SignedValues } from "../../security/signed-values.ts";

/** How long a page may stay open before the user answers. */
const REQUEST_MS = 24 * 60 * MINUTE;
/** How long a decision is valid. */
export const DECISION_MS = 30 * MINUTE;

/** An authorization request between two steps. */
export interface PendingRequest {
  /** The API whose parser reads the request. */
  readonly way: string;
  readonly pairs: readonly (readonly [string, string])[];
  readonly askedAt: number;
  /** The group that the user has chosen; empty until then. */
  readonly groupId: string;
}

/** The last question: put to one session, valid for one answer. */
export interface Decision {
  readonly id: string;
  readonly sessionId: string;
  readonly held: PendingRequest;
  /** The digest of what the page showed, because the client may change before the answer. */
  readonly shown: string;
}

/** Signs the state of the flow, which the browser holds between two steps. */
export class PendingRequests {
  readonly #signedValues: SignedValues;

  constructor(signedValues: SignedValues) {
    this.#signedValues = signedValues;
  }

  sign(request: PendingRequest): string {
    return this.#signedValues.sign("authorization-request", request, REQUEST_MS);
  }

  /** Returns the request; undefined if it has expired or is not the server's. */
  open(request: string): PendingRequest | undefined {
    return this.#signedValues.open<PendingRequest>("authorization-request", request);
  }

  signDecision(decision: Decision): string {
    return this.#signedValues.sign("decision", decision, DECISION_MS);
  }

  /** Returns the decision; undefined if it has expired or is not the server's. */
  openDecision(decision: string): Decision | undefined {
    return this.#signedValues.open<Decision>("decision", decision);
  }

  /** Returns whether a text is a request or a decision of this server; it may have expired. */
  hasSigned(text: string): boolean {
    return ["authorization-request", "decision"].some((purpose) =>
      this.#signedValues.hasSigned(purpose, text),
    );
  }
}
