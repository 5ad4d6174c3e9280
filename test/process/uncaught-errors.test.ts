// Errors outside of any request are logged and counted, and the server goes on.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, install, type Latchkey } from "./latchkey.ts";

/** What no code of ours does: a callback of a timer throws, and a promise has no handler. */
const FAULTS =
  'process.on("SIGHUP", () => { ' +
  'setTimeout(() => { throw new Error("thrown in a timer"); }); ' +
  'Promise.reject(new Error("rejected without a handler")); });';

let installation: Installation;
let server: Latchkey;

beforeAll(async () => {
  installation = await install("sqlite");
  server = await installation.start({
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(FAULTS)}`,
  });
});
afterAll(async () => {
  await server.stop("SIGKILL");
  await installation.remove();
});

test(
  "an uncaught throw and an unhandled rejection are logged and counted, and the server " +
    "goes on",
  async () => {
    const metrics = /metrics +(\S+)/.exec(server.output.stdout)![1]!;
    process.kill(server.pid, "SIGHUP");
    await expect
      .poll(
        async () =>
          (await (await fetch(metrics)).text()).match(/^latchkey_faults_total (.*)$/m)?.[1],
      )
      .toBe("2");
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(
      server.output.stderr.match(
        /"message":"(?:thrown in a timer|rejected without a handler)".*"msg":"fault"/g,
      ),
    ).toHaveLength(2);
  },
);
