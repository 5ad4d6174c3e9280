// The places of streams that any client may open and keep, over every protocol.
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { STREAM_LIMITS } from "../../src/rpc/streams.ts";
import { CONNECTION_LIMITS } from "../../src/http/server/limits.ts";
import { RawConnection } from "../http/server/sockets.ts";
import { useServer } from "../use-server.ts";
import { frame } from "./raw.ts";

// The tests choose their networks, as a proxy tells them.
const used = useServer({ environment: { TRUSTED_PROXIES: "127.0.0.1" } });

const [watches, reflections] = STREAM_LIMITS;

const WATCH = {
  path: "/grpc.health.v1.Health/Watch",
  perNetwork: watches!.perNetwork,
  inAll: watches!.inAll,
};
const REFLECTION = {
  path: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  perNetwork: reflections!.perNetwork,
  inAll: reflections!.inAll,
};
const ALPHA = { ...REFLECTION, path: REFLECTION.path.replace("v1", "v1alpha") };

type Service = typeof WATCH;

const TYPES = {
  gRPC: "application/grpc",
  "gRPC-Web": "application/grpc-web+proto",
  Connect: "application/connect+proto",
};

/** An open stream, and what its client hears. */
interface Opened {
  readonly stream: ClientHttp2Stream;
  readonly received: () => string;
}

function openSession(): ClientHttp2Session {
  const session = connect(used.url);
  session.on("error", () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

/** Opens a stream and asks its first question. */
function open(
  session: ClientHttp2Session,
  { path }: Service,
  network: string,
  type: string = TYPES.gRPC,
): Opened {
  const stream = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": type,
    te: "trailers",
    "x-forwarded-for": network,
  });
  let text = "";
  const add = (more: unknown): void => void (text += JSON.stringify(more));
  stream
    .on("response", add)
    .on("trailers", add)
    .on("data", (data: Buffer) => (text += data.toString("latin1")))
    .on("error", () => undefined);
  // Of reflection, list_services; a Watch takes it for a service that there is not.
  stream.write(frame(Buffer.from([0x3a, 0x01, 0x2a])));
  if (path === WATCH.path) stream.end();
  return { stream, received: () => text };
}

const isRefused = ({ received }: Opened): boolean => REFUSED.test(received());

/**
 * Opens so many, on connections of their own; what others have left a moment ago may still take its
 * place.
 */
async function openMany(
  service: Service,
  count: number,
  networkOf: (index: number) => string,
): Promise<{ opened: readonly Opened[]; sessions: readonly ClientHttp2Session[] }> {
  for (let tries = 1; ; tries++) {
    const sessions = Array.from({ length: Math.ceil(count / 100) }, openSession);
    const opened = Array.from({ length: count }, (_, index) =>
      open(sessions[Math.floor(index / 100)]!, service, networkOf(index)),
    );
    await expect
      .poll(() => opened.filter(({ received }) => !received().includes('":status":200')).length)
      .toBe(0);
    await delay(100);
    const refused = opened.filter(isRefused).length;
    if (refused === 0) return { opened, sessions };
    if (tries === 4) throw new Error(`${refused} of ${count} are refused`);
    release(sessions);
    // A client that has closed its side may still read what is under way, for 3 seconds.
    await delay(CONNECTION_LIMITS.leavingMs + 500);
  }
}

const REFUSED = /"grpc-status":"8"|grpc-status: 8|"resource_exhausted"/;

/** Whether one more has a place; it is given back. */
async function hasPlace(service: Service, network: string, type?: string): Promise<boolean> {
  const { stream, received } = open(openSession(), service, network, type);
  await expect.poll(received).toMatch(/":status":[\s\S]*(?:\0|grpc-status|exhausted)/);
  stream.close();
  await delay(20);
  return !REFUSED.test(received());
}

const release = (sessions: readonly ClientHttp2Session[]): void =>
  sessions.forEach((session) => session.destroy());

describe.each([
  ["Watch", WATCH],
  ["reflection", REFLECTION],
  ["reflection, v1alpha", ALPHA],
] as const)("%s", (_, service) => {
  test(
    "beyond the places of a network a stream is refused at once, over every protocol; " +
      "other networks have theirs",
    async () => {
      const { opened, sessions } = await openMany(
        service,
        service.perNetwork,
        (index) => `2001:db8:1:2::${index + 1}`,
      );
      for (const type of Object.values(TYPES)) {
        expect(await hasPlace(service, "2001:db8:1:2:ffff::9", type)).toBe(false);
        expect(await hasPlace(service, "2001:db8:1:3::1", type)).toBe(true);
        expect(await hasPlace(service, "192.0.2.1", type)).toBe(true);
      }
      opened[0]!.stream.close();
      await expect.poll(() => hasPlace(service, "2001:db8:1:2::1")).toBe(true);
      release(sessions);
      await expect.poll(() => hasPlace(service, "2001:db8:1:2::1")).toBe(true);
    },
  );

  test("beyond all places a stream is refused, whichever network it is from", async () => {
    const { sessions } = await openMany(
      service,
      service.inAll,
      (index) => `10.0.${Math.floor((index * 8) / service.perNetwork)}.1`,
    );
    expect(await hasPlace(service, "198.51.100.1")).toBe(false);
    release(sessions);
    await expect.poll(() => hasPlace(service, "198.51.100.1")).toBe(true);
  });
});

test("a refusal says why, and is counted by its reason", async () => {
  const { sessions } = await openMany(REFLECTION, REFLECTION.perNetwork, () => "203.0.113.1");
  const { received } = open(openSession(), REFLECTION, "203.0.113.1");
  await expect.poll(received).toMatch(REFUSED);
  expect(decodeURIComponent(received())).toContain(
    `Your network has ${REFLECTION.perNetwork} such streams open; close some of them.`,
  );
  await expect
    .poll(
      () =>
        used.server.log.filter(
          (line) => line.includes("RATE_LIMITED") && line.includes("203.0.113.1"),
        ).length,
    )
    .toBeGreaterThan(0);
  release(sessions);
});

test.each(["reset", "end", "destroy"] as const)(
  "a place is free again when the client leaves by %s",
  async (leaving) => {
    const network = `203.0.113.${leaving.length + 10}`;
    for (let round = 0; round < 3; round++) {
      const { opened, sessions } = await openMany(REFLECTION, REFLECTION.perNetwork, () => network);
      if (leaving === "reset") opened.forEach(({ stream }) => stream.close(8));
      else if (leaving === "end") opened.forEach(({ stream }) => stream.end());
      else sessions.forEach((session) => session.socket.destroy());
      // The next round needs every place.
      if (leaving !== "destroy")
        await openMany(REFLECTION, REFLECTION.perNetwork, () => network).then((again) =>
          release(again.sessions),
        );
      release(sessions);
    }
  },
);

test("a Watch over HTTP/1.1 has a place of its network as well, and gives it back", async () => {
  const network = "203.0.113.99";
  const { sessions } = await openMany(WATCH, WATCH.perNetwork - 1, () => network);
  const connection = new RawConnection(Number(new URL(used.url).port));
  const body = frame(Buffer.alloc(0)).toString("latin1");
  connection.write(
    `POST ${WATCH.path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${network}` +
      `\r\ncontent-type: ${TYPES["gRPC-Web"]}\r\ncontent-length: ${body.length}\r\n\r\n` +
      `${body}`,
  );
  await connection.until(/\0\0\0\0\x02\x08\x01/);
  expect(await hasPlace(WATCH, network)).toBe(false);
  connection.socket.destroy();
  await expect.poll(() => hasPlace(WATCH, network)).toBe(true);
  release(sessions);
});
