// The table of the figures that are asked for, computed from one run.
import { expect, test } from "vitest";
import { latencyTable, reachTable } from "../../bench/document/reach-table.ts";
import { isReached, reaches } from "../../bench/document/reach.ts";
import { RUN } from "./run.ts";

const cells = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

test("every row has what was, what is asked, what is reached, and whether that is enough", () => {
  expect(reachTable(RUN).slice(2).map(cells)).toEqual([
    ["Introspection : oidc-provider", "1.08 / 1.86", "0.6 / 0.8", "0.50 / 0.80", "yes"],
    ["client_credentials : oidc-provider", "2.1 / 2.1", "0.9 / 1", "0.50 / 0.80", "yes"],
    ["Code exchange : oidc-provider", "2.2 / 3.1", "1 / 1.2", "0.50 / 0.80", "yes"],
    ["Refresh : oidc-provider", "2.3 / 3.1", "1 / 1.2", "0.50 / 0.80", "yes"],
    ["GET user, REST : bare node:http", "6.1 / 8.7", "2.6 / 3.6", "0.50 / 0.80", "yes"],
    [
      "GET user, Connect : bare Connect handler",
      "1.02 / 1.4",
      "0.4 / 0.5",
      "0.50 / 0.80",
      "**no**",
    ],
    ["GET user, gRPC : bare grpc-js", "1.6 / 1.8", "0.75 / 0.9", "0.50 / 0.80", "yes"],
    ["Empty unary gRPC : grpc-js", "–", "0.75", "0.80", "**no**"],
    ["Transcoder, form echo : node:http", "1.3", "1.3", "1.30", "yes"],
    ["Sign-in : raw argon2", "1.22 / 1.26", "1.06 / 1.08", "0.50 / 0.80", "yes"],
    ["Registration : raw argon2", "1.09 / 1.15", "1.06 / 1.08", "0.50 / 0.80", "yes"],
    ["MariaDB's own CPU, exchange, µs", "720", "300", "250", "yes"],
    ["MariaDB's own CPU, refresh, µs", "720", "300", "250", "yes"],
    ["One connection, worst p50 : before (± 5 %)", "1", "1.05 / 1.05", "1.10 / 1.00", "**no**"],
    ["Later starts, ms", "672 / 789", "250 / 250", "240 / 250", "yes"],
    ["Resident set, idle, MiB", "173 / 172", "95 / 95", "90 / 95", "yes"],
    ["Resident set after the calls, MiB", "217 / 285", "160 / 160", "150 / 161", "**no**"],
    ["Two processes : one, introspection", "–", "–", "1.50", ""],
  ]);
});

test("a row that one store misses is missed, and one that was not measured says so", () => {
  const [introspection] = reaches(RUN);
  expect(isReached({ ...introspection!, reached: { sqlite: 0.61, mariadb: 0.7 } })).toBe(false);
  expect(isReached({ ...introspection!, reached: { sqlite: 0.5 } })).toBeUndefined();
  const { echo: _echo, ...rest } = RUN;
  expect(cells(reachTable(rest)[9]!)).toEqual(["Empty unary gRPC : grpc-js", "–", "0.75", "–", ""]);
});

test("p50 at one connection stands beside the one before, call by call", () => {
  const lines = latencyTable(RUN).map(cells);
  expect(lines).toHaveLength(12);
  expect(lines.find(([row]) => row === "refresh")).toEqual([
    "refresh",
    "1.00",
    "1.10",
    "1.10 ×",
    "2.00",
    "2.00",
    "1.00 ×",
  ]);
  const { connections: _connections, ...rest } = RUN;
  expect(latencyTable(rest)).toEqual([]);
});
