import { writeSync } from "node:fs";
import type { Socket } from "node:net";

/**
 * The first of the two GOAWAY frames that end an HTTP/2 connection, RFC 9113 section 6.8: NO_ERROR,
 * with the highest possible stream. Clients open no new streams; those on their way are served.
 */
const NOTICE = Buffer.from("0000080700000000007fffffff00000000", "hex");

/**
 * Whether the notice is written, can be tried again when the socket has taken what is before it, or
 * can never be written.
 */
type Notice = "written" | "later" | "never";

/**
 * Writes the notice, if that can be done at once and between two frames.
 *
 * Node offers no way to send it:
 * - After any `session.goaway`, nghttp2 leaves new streams without an answer. Only its
 *   `nghttp2_submit_shutdown_notice` doesn't, which node doesn't export.
 * - After a `socket.write`, the session takes the end of the write for one of its own, and aborts
 *   the process.
 *
 * So the frame is written to the file descriptor. Through TLS there is no way at all.
 */
export function writeShutdownNotice(socket: Socket): Notice {
  const handle = plainHandleOf(socket);
  if (handle === undefined) return "never";
  if (handle.writeQueueSize !== 0) return "later";
  try {
    // 17 bytes are written at once or not at all. A client that got a part can't read on.
    if (writeSync(handle.fd, NOTICE) < NOTICE.length) socket.destroy();
    return "written";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EAGAIN" ? "later" : "never";
  }
}

/**
 * Returns the file descriptor of a clear-text socket, and how many bytes it has left to write. They
 * are in a private field of node; undefined where a version of node doesn't have it.
 */
function plainHandleOf(
  socket: Socket,
): { readonly fd: number; readonly writeQueueSize: number } | undefined {
  if ("encrypted" in socket || !("_handle" in socket)) return undefined;
  const handle = socket._handle;
  if (typeof handle !== "object" || handle === null) return undefined;
  if (!("fd" in handle) || !("writeQueueSize" in handle)) return undefined;
  const { fd, writeQueueSize } = handle;
  return typeof fd === "number" && typeof writeQueueSize === "number"
    ? { fd, writeQueueSize }
    : undefined;
}
