// What a lane says of a call that its own client took back, as the drain of R-11 may meet it.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { frame, framesOf, settingsAck } from "../http/protocols/frames.ts";
import { grpcLane, NEVER_SENT } from "../../torture/load/lanes.ts";

/** NO_ERROR, with the highest possible stream: RFC 9113 section 6.8. */
const NOTICE = frame("GOAWAY", 0, "\x7f\xff\xff\xff\0\0\0\0");
const PREFACE = 24;

test("a call that GOAWAY overtakes in its client was never sent", async () => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const lane = grpcLane("Connect's gRPC", `http://127.0.0.1:${port}`, "token");
  onTestFinished(() => void server.close());
  const first = lane.call().then(
    () => "answered",
    (error: unknown) => String(error),
  );
  const [socket] = (await once(server, "connection")) as [Socket];
  let received = "";
  socket.on("data", (data: Buffer) => (received += data.toString("latin1")));
  socket.write(frame("SETTINGS", 0) + settingsAck, "latin1");
  const opened = (): number[] =>
    framesOf(received.slice(PREFACE))
      .filter(({ kind }) => kind === "HEADERS")
      .map(({ stream }) => stream);
  await expect.poll(opened).toEqual([1]);
  // After a timer, node reads what has arrived, and then writes what was asked for.
  await delay(1);
  socket.write(NOTICE, "latin1");
  await expect(lane.call()).rejects.toThrow(NEVER_SENT);
  socket.destroy();
  expect(await first).not.toMatch(/answered|never sent/);
  expect(opened()).toEqual([1]);
  lane.close();
});
