/** Why a request to a URL that a client named got no answer. */
export type OutboundFailure =
  /** The URL isn't https, or has a user name or a fragment. */
  | "url"
  /** The host has no address that the server may request. */
  | "address"
  /** Too many requests are under way. */
  | "busy"
  | "timeout"
  /** The answer is longer than allowed, or compressed. */
  | "size"
  /** No connection, no valid certificate, or no HTTP. */
  | "connection";

/** A request that got no answer. Its message quotes neither the answer nor an address. */
export class OutboundError extends Error {
  readonly failure: OutboundFailure;

  constructor(failure: OutboundFailure, cause?: unknown) {
    super(`the request failed: ${failure}`, { cause });
    this.name = "OutboundError";
    this.failure = failure;
  }
}

/** An answer to GET. The caller judges its status: a redirect is an answer like any other. */
export interface FetchedDocument {
  readonly status: number;
  /** In lower case and without parameters; empty if the answer names none. */
  readonly mediaType: string;
  /** How long it may be used by its headers (RFC 9111 section 4.2); undefined: they don't say. */
  readonly freshForMs: number | undefined;
  /** Empty unless the status is 200. */
  readonly body: Uint8Array;
}

/** Requests documents at URLs that clients name. */
export interface DocumentFetcher {
  /** Requests once, without redirects. Rejects with `OutboundError` if there is no answer. */
  fetch(url: string, maxBytes: number): Promise<FetchedDocument>;
}

/** Sends forms to URLs that clients name. */
export interface Poster {
  /** Sends once, without redirects, and returns the status. Rejects with `OutboundError`. */
  post(url: string, form: Readonly<Record<string, string>>): Promise<number>;
}

/** Returns whether a media type is `application/json` or `application/*+json` (RFC 6839). */
export const isJsonType = (mediaType: string): boolean =>
  /^application\/(?:[a-z0-9!#$&^_.-]+\+)?json$/.test(mediaType);

/** How long answers are used, in milliseconds. */
interface FreshnessLimits {
  readonly least: number;
  /** If the headers don't say. */
  readonly usual: number;
  readonly most: number;
}

/** Returns until when an answer of now is used: as its headers say, within the limits. */
export const freshUntil = (
  { freshForMs }: Pick<FetchedDocument, "freshForMs">,
  now: number,
  { least, usual, most }: FreshnessLimits,
): number => now + Math.min(Math.max(freshForMs ?? usual, least), most);
