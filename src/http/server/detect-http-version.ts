import type { Socket } from "node:net";

/**
 * The first bytes of every HTTP/2 connection, RFC 9113 section 3.4. No request of HTTP/1.1 begins
 * with them.
 */
const PREFACE = Buffer.from("PRI * HTTP/2.0");

/**
 * Waits for the first bytes of a connection, puts them back, and calls `onDetected`. Destroys a
 * connection that sends nothing for `timeoutMs`, or ends before.
 */
export function detectHttpVersion(
  socket: Socket,
  timeoutMs: number,
  onDetected: (isHttp2: boolean) => void,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  const onClose = (): void => clearTimeout(timer);
  const onEnd = (): void => void socket.destroy();
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const length = Math.min(bytes.length, PREFACE.length);
    const isPreface = bytes.compare(PREFACE, 0, length, 0, length) === 0;
    if (isPreface && length < PREFACE.length) return;
    clearTimeout(timer);
    socket.off("readable", onReadable).off("end", onEnd).off("close", onClose);
    socket.unshift(bytes);
    onDetected(isPreface);
  };
  socket.on("readable", onReadable).on("end", onEnd).on("close", onClose);
}
