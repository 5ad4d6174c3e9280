import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpRequest, HttpResponse } from "./types.ts";
import { earlyOf } from "./server/headers.ts";
import { leaveRest } from "./server/send.ts";

/**
 * Sends an answer while its body is made, no faster than the client reads it. When the client
 * leaves, the parts are not made any further. When making them fails, the answer is cut off, so
 * that the client can't take it for whole, and the error is thrown.
 */
export async function sendParts(
  request: HttpRequest,
  response: HttpResponse,
  { status, headers }: { readonly status: number; readonly headers: OutgoingHttpHeaders },
  parts: AsyncIterable<Uint8Array>,
): Promise<void> {
  const sent = { ...earlyOf(response), ...headers };
  leaveRest(request, response, sent);
  // The two types have writeHead and end in common, but their overloads differ.
  const either = response as ServerResponse;
  either.writeHead(status, sent);
  if (request.method === "HEAD") return void either.end();
  await pipeline(Readable.from(parts, { objectMode: false }), either).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}
