// Files that are large, and wanted by few: read when they are asked for, sent compressed, and not
// sent again to whoever has them. It owns the conditions of RFC 9110 and must not know what is in
// the files.
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { SharedResponse } from "./shared-response.ts";
import type { Page } from "./page-context.ts";

/** What is said of a file. */
export interface LargeFile {
  readonly type: string;
  readonly cacheControl: string;
  /** Called once, at the first request. */
  readonly read: () => Promise<string>;
  /**
   * Whether only browsers want it, which all take gzip (RFC 9110 section 12.5.3 leaves that to the
   * server): megabytes hold up the thread.
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
  // Weak, RFC 9110 section 8.8.1: the same for the file as it is and for its compressed form.
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
      // Whoever asks next has another try.
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
