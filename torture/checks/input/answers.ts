// What an answer says, in every protocol.
import type { Heard } from "./senders.ts";

/** Whether a call was refused with a code of gRPC; Connect writes it as a word. */
const hasCode = ({ text }: Heard, code: number, word: string): boolean =>
  new RegExp(`grpc-status: ?${code}\\b`).test(text) || text.includes(`"code":"${word}"`);

/** Whether an answer says that a body is too long. */
export const isTooLarge = (heard: Heard): boolean =>
  heard.status === 413 || hasCode(heard, 8, "resource_exhausted");

/**
 * The same, or the connection was closed: a client that doesn't look before it has sent everything
 * may miss the answer over HTTP/1.1.
 */
export const isCutOrTooLarge = (heard: Heard): boolean =>
  isTooLarge(heard) || (heard.status === 0 && heard.isCut);

/** Whether an answer says that a body can't be read. */
export const isMalformed = (heard: Heard): boolean =>
  heard.status === 400 || hasCode(heard, 3, "invalid_argument");

/** What an answer looks like in a line. */
export const shown = ({ status, text, took }: Heard): string =>
  `${status} after ${took.toFixed(1)} ms: ${JSON.stringify(text.slice(-120))}`;
