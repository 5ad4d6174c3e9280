import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createAddressOf, normalizeAddress } from "../../../src/http/server/forwarded.ts";

/** A request from that end of a socket, with that header. */
function requestFrom(remoteAddress: string | undefined, forwardedFor?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: remoteAddress });
  const request = new IncomingMessage(socket);
  if (forwardedFor !== undefined) request.headers["x-forwarded-for"] = forwardedFor;
  return request;
}

test.each<[string[], string | undefined, string | undefined, string]>([
  [[], "10.0.0.1", "1.2.3.4", "10.0.0.1"],
  [[], "::ffff:10.0.0.1", undefined, "10.0.0.1"],
  [[], undefined, "1.2.3.4", ""],
  [["10.0.0.1"], "10.0.0.2", "1.2.3.4", "10.0.0.2"],
  [["10.0.0.0/8"], "10.0.0.2", undefined, "10.0.0.2"],
  [["10.0.0.0/8"], "10.0.0.2", "1.2.3.4", "1.2.3.4"],
  [["10.0.0.0/8"], "::ffff:10.0.0.2", "1.2.3.4:5678", "1.2.3.4"],
  [["10.0.0.0/8"], "10.0.0.2", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"],
  [["10.0.0.0/8"], "10.0.0.2", "10.1.1.1,10.2.2.2", "10.1.1.1"],
  [["10.0.0.0/8"], "10.0.0.2", "1.2.3.4, nonsense", "10.0.0.2"],
  [["10.0.0.0/8"], "10.0.0.2", "1.2.3.4, nonsense, 10.3.3.3", "10.3.3.3"],
  [["10.0.0.0/8"], "10.0.0.2", "", "10.0.0.2"],
  [["::1", "fd00::/8"], "::1", "[2001:DB8:0::1]:443", "2001:db8::1"],
  [["::1", "fd00::/8"], "fd12::3", "1.2.3.4, fd00::1", "1.2.3.4"],
])("with %j trusted, %s saying %j is %s", (trusted, remote, forwardedFor, address) => {
  expect(createAddressOf(trusted)(requestFrom(remote, forwardedFor))).toBe(address);
});

test.each(["", "localhost", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "300.1.1.1", "::1/129"])(
  "%j is no valid trusted proxy",
  (proxy) => {
    expect(() => createAddressOf([proxy])).toThrow();
  },
);

test.each([
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["::FFFF:102:304", "1.2.3.4"],
  ["2001:0db8:0:0::0001", "2001:db8::1"],
  ["fe80::1%eth0", undefined],
  ["1.2.3", undefined],
  ["01.2.3.4", undefined],
  ["1.2.3.4:x", undefined],
])("%s is written %s", (text, address) => {
  expect(normalizeAddress(text)).toBe(address);
});

test("a client can't forge its address", () => {
  const addressOf = createAddressOf(["10.0.0.0/8"]);
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (written, client) => {
      fc.pre(!client.startsWith("10."));
      expect(addressOf(requestFrom("10.0.0.1", `${written}, ${client}`))).toBe(client);
    }),
  );
});
