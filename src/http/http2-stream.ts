// How one HTTP/2 stream ends. It owns what node tells of it, and must not know what is asked.
import { constants, type ServerHttp2Stream } from "node:http2";

const BODYLESS: ReadonlySet<number> = new Set([204, 304]);

/**
 * Whether the whole answer of a stream was sent. Node asks for trailers, which every answer with a body has, when all that
 * comes before has gone; an answer that is written at once and taken back with its request comes to nothing.
 */
export const isAnswered = (stream: ServerHttp2Stream): boolean =>
  stream.sentTrailers !== undefined || (stream.rstCode === constants.NGHTTP2_NO_ERROR && stream.headersSent && isBodyless(stream));

const isBodyless = (stream: ServerHttp2Stream): boolean => ("headRequest" in stream && stream.headRequest === true) || BODYLESS.has(Number(stream.sentHeaders[":status"]));
