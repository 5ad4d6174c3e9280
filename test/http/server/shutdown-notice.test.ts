// Where the first GOAWAY can't be written past node, the session sends only its own.
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { writeShutdownNotice } from "../../../src/http/server/shutdown-notice.ts";

test.each([
  ["without a handle", undefined],
  ["with a handle that is gone", null],
  ["without a file descriptor", { writeQueueSize: 0 }],
  ["without a queue", { fd: 1 }],
  ["whose file descriptor is closed", { fd: 1_000_000, writeQueueSize: 0 }],
])("to a socket %s, no notice is written", (_, handle) => {
  const socket = new Socket();
  Object.defineProperty(socket, "_handle", { value: handle, writable: true });
  expect(writeShutdownNotice(socket)).toBe("never");
});

test("a socket with bytes left to write gets it later", () => {
  const socket = new Socket();
  Object.defineProperty(socket, "_handle", { value: { fd: 1, writeQueueSize: 1 }, writable: true });
  expect(writeShutdownNotice(socket)).toBe("later");
});
