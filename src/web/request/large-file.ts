// Serves large files that few users ask for: read at the first request, sent compressed, and not
// sent again to a browser that has them (conditional requests, RFC 9110 section 13).
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { SharedResponse } from "./shared-response.ts";
import type { Page } from "./page-context.ts";

/** How a file is read and served. */
export interface LargeFile {
  readonly type: string;
  readonly cacheControl: string;
  /** Called once, at the first request. */
  readonly read: () => Promise<string>;
  /**
   * Whether only browsers request it: they all accept gzip, and compressing megabytes blocks the
   * thread (RFC 9110 section 12.5.3 leaves the choice to the server).
   */
  readonly isCompressedOnly?: boolean;
}

interface Ready {
  readonly plain: Uint8Array;
  readonly compressed: Uint8Array;
  readonly tag: string;
}

async function prepare(read: LargeFile["read"]): Promise<Ready> {
  const plain = Buffer.from(await read());
  // A weak tag (RFC 9110 section 8.8.1): the plain and the compressed file share it.
  return {
    plain,
    compressed: await promisify(gzip)(plain),
    tag: `W/"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
  };
}

/** Serves a file. */
export function largeFile({ type, cacheControl, read, isCompressedOnly = false }: LargeFile): Page {
  let ready: Promise<Ready> | undefined;
  return async ({ header }) => {
    ready ??= prepare(read).catch((error: unknown) => {
      // The next request tries again.
      ready = undefined;
      throw error;
    });
    const { plain, compressed, tag } = await ready;
    const headers = {
      "content-type": type,
      "cache-control": cacheControl,
      etag: tag,
      vary: "accept-encoding",
    };
    if (
      header("if-none-match")
        .split(",")
        .some((each) => each.trim() === tag)
    )
      return new Response(null, { status: 304, headers });
    const takesGzip =
      isCompressedOnly ||
      /(?:^|,)\s*gzip\s*(?:,|;\s*q=(?!0(?:\.0*)?\s*(?:,|$))|$)/i.test(header("accept-encoding"));
    return takesGzip
      ? new SharedResponse(compressed, { ...headers, "content-encoding": "gzip" })
      : new SharedResponse(plain, headers);
  };
}
