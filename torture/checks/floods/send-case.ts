// Sends what is wrong over a connection of its own, and goes away.
import { setTimeout as delay } from "node:timers/promises";
import { openSocket } from "./send-flood.ts";

/** What came back. */
export interface CaseEnd {
  readonly received: string;
  /** Whether the server closed the connection. */
  readonly closed: boolean;
}

/** How a client leaves: it ends its side and reads on, or resets the connection after a moment. */
export type Leaving = "ends" | "resets";

/** How long a client waits. */
const WAITS_MS: Readonly<Record<Leaving, number>> = { ends: 5_000, resets: 20 };

/** Sends bytes, one character each, and reads what comes. */
async function sendCase(url: string, text: string, leaving: Leaving): Promise<CaseEnd> {
  const socket = await openSocket(url, "http/1.1");
  let received = "";
  let closed = false;
  socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      closed = true;
      resolve();
    };
    socket.on("end", end).on("close", end);
  });
  socket.write(text, "latin1");
  if (leaving === "ends") socket.end();
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([
    ended,
    delay(WAITS_MS[leaving], undefined, { signal }).catch(() => undefined),
  ]);
  waiting.abort();
  if (leaving === "ends") socket.destroy();
  else socket.resetAndDestroy();
  return { received, closed };
}

/** Cases to send, over so many connections at once. */
interface Cases {
  readonly count: number;
  readonly lanes: number;
  readonly next: (index: number) => string;
  /** How the clients leave; without it, each in another way. */
  readonly leaving?: Leaving;
}

/** Sends cases, and gives each answer to `judge`. */
export async function sendCases(
  url: string,
  { count, lanes, next, leaving }: Cases,
  judge: (end: CaseEnd, text: string, index: number) => void,
): Promise<void> {
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      const index = begun++;
      const text = next(index);
      const how = leaving ?? (index % 3 === 0 ? "resets" : "ends");
      judge(await sendCase(url, text, how), text, index);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
