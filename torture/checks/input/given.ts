// One server that the checks of input send to.
import type { Installation, Latchkey } from "../../../test/process/latchkey.ts";
import type { Engine } from "../../engine.ts";
import { isReady } from "../../load/until.ts";

const SETTINGS = {
  LOG_LEVEL: "warn",
  SIGN_IN_ACCOUNT_FAILURES: "1000000",
  SIGN_IN_NETWORK_FAILURES: "1000000",
  REGISTRATIONS_PER_NETWORK: "1000000",
};

/** A server, and whether it is the one that was started. */
export interface Given {
  readonly installation: Installation;
  readonly server: Latchkey;
  readonly port: number;
  /** Returns 1 if the process has ended, and 0 if it answers that it is ready. */
  ended(): Promise<number>;
}

/** Runs a measurement on a new server of an engine, and removes the server. */
export async function withServer<T>(
  engine: Engine,
  measure: (given: Given) => Promise<T>,
  more: Readonly<Record<string, string>> = {},
): Promise<T> {
  const installation = await engine.install();
  try {
    const server = await installation.start({ ...SETTINGS, ...more });
    let isOver = false;
    void server.end.then(() => (isOver = true));
    try {
      return await measure({
        installation,
        server,
        port: Number(new URL(server.url).port),
        async ended() {
          return isOver || !(await isReady(server.url)) ? 1 : 0;
        },
      });
    } finally {
      await server.stop("SIGKILL");
    }
  } finally {
    await installation.remove();
  }
}
