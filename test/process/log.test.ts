import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, install, type Latchkey } from "./latchkey.ts";

let installation: Installation;
let server: Latchkey;
beforeAll(async () => {
  installation = await install("sqlite");
  server = await installation.start({ TRUSTED_PROXIES: "127.0.0.1", LOG_LEVEL: "debug" });
});
afterAll(async () => {
  await server.stop("SIGKILL");
  await installation.remove();
});

const ID = "i".repeat(64);

/**
 * Sends so many requests over one connection, one behind the other, whose lines are long; answers
 * how many were answered.
 */
async function send(count: number, id = ID): Promise<number> {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answered = 0;
  let rest = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    const text = rest + chunk;
    const found = text.split("HTTP/1.1 200").length - 1;
    answered += found;
    rest = text.slice(text.lastIndexOf("\n") + 1);
    if (answered >= count) socket.destroy();
  });
  const request =
    `GET /healthz HTTP/1.1\r\nhost: ${host}\r\nx-request-id: ${id}\r\n` +
    "x-forwarded-for: 2001:db8:85a3:1:1:8a2e:370:7334\r\n\r\n";
  socket.write(request.repeat(count));
  await once(socket, "close");
  return answered;
}

async function dropped(): Promise<number> {
  const [url = ""] = /http\S+metrics/.exec(server.output.stdout) ?? [];
  return Number(
    /^latchkey_log_lines_dropped_total (\d+)$/m.exec(await (await fetch(url)).text())?.[1],
  );
}

function isAlive(): boolean {
  try {
    return process.kill(server.pid, 0);
  } catch {
    return false;
  }
}

test(
  "who doesn't read the log holds up no request; what is lost is counted, and what " +
    "isn't is whole",
  async () => {
    server.stderr.pause();
    let sent = 0;
    for (; (await dropped()) === 0; sent += 3000)
      expect(
        (await Promise.all([send(1000), send(1000), send(1000)])).reduce(
          (sum, count) => sum + count,
        ),
      ).toBe(3000);
    const signIn = await fetch(`${server.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "nobody", password: "correct horse" }),
    });
    expect(signIn.status).toBe(401);
    server.stderr.resume();
    await expect
      .poll(async () => (await send(1, "read-again"), server.output.stderr.includes("read-again")))
      .toBe(true);
    const lines = server.output.stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { msg: string; requestId?: string });
    const kept = lines.filter(({ requestId }) => requestId === ID);
    expect(await dropped()).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(sent);
    expect(kept.length).toBeGreaterThanOrEqual(sent - (await dropped()));
  },
);

test("nor does it hold up the end", async () => {
  server.stderr.pause();
  await send(1000);
  const ended = server.stop();
  await expect.poll(isAlive).toBe(false);
  server.stderr.resume();
  expect(await ended).toEqual({ code: 0, signal: null });
});
