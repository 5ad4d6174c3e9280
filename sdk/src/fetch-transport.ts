import type { Transport } from "@connectrpc/connect";
import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalClientFn } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";

/** Far above any answer of the server. */
const MAX_BYTES = 4 * 1024 * 1024;

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Blob> {
  const parts: BlobPart[] = [];
  for await (const chunk of chunks) parts.push(new Uint8Array(chunk));
  return new Blob(parts);
}

/** The type of a response that comes message by message. */
const STREAMED = /^application\/connect\+/;

/** Yields the parts of a response as they come. */
async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Calls over fetch; when the server can't be reached, the code is UNAVAILABLE. */
export function createFetchTransport(baseUrl: string, fetch: typeof globalThis.fetch): Transport {
  const httpClient: UniversalClientFn = async ({ url, method, header, body, signal }) => {
    const bytes = body === undefined ? null : await collect(body);
    try {
      // A redirect is never followed: it would carry the credential elsewhere.
      const response = await fetch(url, {
        method,
        headers: header,
        body: bytes,
        signal: signal ?? null,
        redirect: "manual",
      });
      const isStreamed = STREAMED.test(response.headers.get("content-type") ?? "");
      return {
        status: response.status,
        header: response.headers,
        body:
          isStreamed && response.body !== null
            ? partsOf(response.body)
            : once(new Uint8Array(await response.arrayBuffer())),
        trailer: new Headers(),
      };
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ConnectError(
        "the server cannot be reached",
        Code.Unavailable,
        undefined,
        undefined,
        error,
      );
    }
  };
  return createTransport({
    baseUrl,
    httpClient,
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 0,
    readMaxBytes: MAX_BYTES,
    writeMaxBytes: MAX_BYTES,
  });
}
