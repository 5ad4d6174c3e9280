import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A source that can be read again from its beginning. */
export interface Spool {
  readonly bytes: number;
  read(): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Reads a file as often as wanted. */
export async function spoolOfFile(path: string): Promise<Spool> {
  const { size } = await stat(path);
  return { bytes: size, read: () => createReadStream(path), close: () => Promise.resolve() };
}

/**
 * Keeps a pipe in a file that only this process has: it is removed at once, so that nothing stays
 * after a kill.
 */
export async function spoolOfPipe(source: AsyncIterable<Buffer>): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-"));
  const handle = await open(join(folder, "lines"), "wx+", 0o600);
  await rm(folder, { recursive: true });
  let bytes = 0;
  for await (const chunk of source) {
    await handle.write(chunk, 0, chunk.length, bytes);
    bytes += chunk.length;
  }
  return {
    bytes,
    read: () => handle.createReadStream({ start: 0, autoClose: false }),
    close: () => handle.close(),
  };
}
