// The first of the two GOAWAY frames with which a server ends an HTTP/2 connection, RFC 9113
// section 6.8: no new streams, please; those on their way are still taken. It owns how that is
// written past node, which can only send the second.
import { writeSync } from "node:fs";
import type { Socket } from "node:net";

/** NO_ERROR, and the highest stream that there can be. */
const NOTICE = Buffer.from("0000080700000000007fffffff00000000", "hex");

/** What node keeps below a socket that is none of TLS. */
interface Handle {
  readonly fd?: number;
  readonly writeQueueSize?: number;
}

/**
 * Writes it, if that can be done at once and between two frames; answers whether it was.
 *
 * `session.goaway` is no way: after any GOAWAY of its own, nghttp2 leaves new streams without an
 * answer, whichever was the last that it named (only `nghttp2_submit_shutdown_notice` does not,
 * which node doesn't offer). `socket.write` is none either: the session believes that every write
 * that ends is its own, and aborts the process. Through TLS there is no way at all.
 */
export function writeShutdownNotice(socket: Socket): boolean {
  const handle =
    "_handle" in socket && !("encrypted" in socket) ? (socket._handle as Handle | null) : null;
  if (handle?.fd === undefined || handle.writeQueueSize !== 0) return false;
  try {
    // Seventeen bytes go at once or not at all; whoever should have got a part of them can't be
    // talked to any more.
    if (writeSync(handle.fd, NOTICE) < NOTICE.length) socket.destroy();
    return true;
  } catch {
    return false;
  }
}
