// The types that the parts of this folder share.
import type { DocumentedApiName } from "../config/documented-apis.ts";
import type { CircuitState } from "./circuit.ts";

/** A documented call in bytes, as it goes to the predecessor. */
export interface PredecessorRequest {
  readonly method: string;
  /** The path and the query, without the path prefix of the predecessor's address. */
  readonly target: string;
  /** Names in lower case; a name may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The predecessor's answer in bytes. */
export interface PredecessorReply {
  readonly status: number;
  /** Names in lower case; a name may repeat, as `set-cookie` does. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** How long the predecessor took. */
  readonly milliseconds: number;
}

/** Sends calls to the predecessor of one API. */
export interface PredecessorClient {
  /**
   * Sends a call once, never again. Returns undefined when the predecessor can't be asked: it is
   * down, slow, answers no HTTP or what isn't `understood`, or its circuit is open.
   */
  send(
    request: PredecessorRequest,
    understood: (reply: PredecessorReply) => boolean,
  ): Promise<PredecessorReply | undefined>;
  readonly circuit: CircuitState;
  /** Closes the connections. */
  close(): void;
}

/** A documented call of a client, and what the predecessor answered. */
export interface Exchange {
  readonly api: DocumentedApiName;
  /** The verb and the template of the path, such as `POST /user/login`. */
  readonly route: string;
  readonly request: PredecessorRequest;
  /** The parameters of query and body by their documented names. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Whether the predecessor has read the same; nothing is learnt from another call. */
  readonly isClear: boolean;
  /** The address of the client, by the rules of TRUSTED_PROXIES. */
  readonly address: string;
  readonly userAgent: string;
  /** Whether the limits have counted a password that the predecessor refused. */
  readonly isCounted?: boolean;
  readonly reply: PredecessorReply;
}
